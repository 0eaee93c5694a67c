/// Why the database cannot be used.
public struct StorageError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case invalidURL = "invalid_url"
        /// The file is no database or is damaged; it was not touched.
        case damaged
        /// A later version of the program wrote the file; it was not touched.
        case newerSchema = "newer_schema"
        case unavailable
        /// Another orchestrator uses the file.
        case inUse = "in_use"
        /// Another orchestrator has taken over; nothing was written.
        case fenced
    }

    public let code: Code
    public let message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
