/// What a viewer asks for: one piece of content by one of the names AceStream knows it by.
public struct ContentKey: Sendable, Hashable {
    /// The kind of name; raw values are those of the engine's query parameters and of the event contract.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case contentID = "content_id"
        case infohash
        case url
        case magnet
    }

    public var kind: Kind
    public var value: String

    public init(kind: Kind, value: String) {
        self.kind = kind
        self.value = value
    }
}
