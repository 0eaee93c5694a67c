public import Fleet

/// One channel: what players show of it, and the contents that carry it.
public struct Channel: Sendable, Hashable {
    /// An attribute of a playlist's line that has no meaning here and is kept.
    public struct Attribute: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Contents that may stand in for the primary one, at most.
    public static let maximumBackups = 32

    public var name: String
    public var group: String?
    /// URL of a picture.
    public var logo: String?
    /// The channel's id in the programme guide (`tvg-id`).
    public var guideID: String?
    /// Digits, or digits, a dot and digits: the number to tune to.
    public var number: String?
    /// What else the channel's line said, in its order.
    public var attributes: [Attribute]
    public var primary: ContentKey
    /// Tried in this order when the primary does not start.
    public var backups: [ContentKey]

    public init(
        name: String, group: String? = nil, logo: String? = nil, guideID: String? = nil, number: String? = nil,
        attributes: [Attribute] = [], primary: ContentKey, backups: [ContentKey] = []
    ) {
        self.name = name
        self.group = group
        self.logo = logo
        self.guideID = guideID
        self.number = number
        self.attributes = attributes
        self.primary = primary
        self.backups = backups
    }

    /// All contents, the primary first.
    public var contents: [ContentKey] { [primary] + backups }

    /// Whether `text` is a channel number: up to five digits, and up to three more behind a dot.
    public static func isNumber(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let lengths = [1...5, 1...3]
        return parts.count <= 2
            && zip(parts, lengths).allSatisfy { part, length in
                length.contains(part.count) && part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            }
    }
}
