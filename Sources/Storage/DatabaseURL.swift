/// The place of the database, in the notation `sqlite:///relative/path` or `sqlite:////absolute/path`.
public struct DatabaseURL: Sendable, Hashable {
    public let path: String

    public init(_ text: String) throws(StorageError) {
        let prefix = "sqlite:///"
        guard text.hasPrefix(prefix), text.count > prefix.count else {
            throw StorageError(.invalidURL, "DB_URL is \"\(text)\": expected sqlite:///path")
        }
        path = String(text.dropFirst(prefix.count))
    }
}
