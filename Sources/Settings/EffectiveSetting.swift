/// One setting as the program uses it.
public struct EffectiveSetting: Sendable, Hashable {
    /// The variable's current name, also when an older spelling was set.
    public let name: String
    /// The value in use; masked when it is secret.
    public let value: String
    /// The variable or the flag that set it, or `default`.
    public let source: String
}
