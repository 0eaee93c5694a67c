/// One setting as the program uses it.
public struct EffectiveSetting: Sendable, Hashable {
    /// The variable's current name, also when an older spelling was set.
    public let name: String
    /// The value in use; masked when it is secret.
    public let value: String
    /// The variable or the flag that set it, or `default`.
    public let source: String
    /// The file that the variable stands in; nil: the environment, the command line or the default.
    public let file: String?
    /// All names that the setting is read by, the current one first.
    public let spellings: [String]
    /// The value as a number, times in seconds; nil for anything else.
    public let number: Double?
    /// Whether the value is kept out of listings.
    public let isSecret: Bool

    init(
        name: String, value: String, source: String, file: String? = nil, spellings: [String] = [],
        number: Double? = nil, isSecret: Bool = false
    ) {
        self.name = name
        self.value = value
        self.source = source
        self.file = file
        self.spellings = spellings.isEmpty ? [name] : spellings
        self.number = number
        self.isSecret = isSecret
    }

    /// Whether nobody set it.
    public var isDefault: Bool { source == "default" }
}
