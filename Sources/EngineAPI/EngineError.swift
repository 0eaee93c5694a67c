/// Why an engine did not do what it was asked.
public struct EngineError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The engine cannot load this content; another engine hardly could.
        case deadContent = "dead_content"
        /// The engine answered with another error of its own.
        case refused
        /// No answer in time.
        case timeout
        /// No connection, or it broke before the answer was complete.
        case connection
        /// The answer is not what the engine's API promises.
        case malformedAnswer = "malformed_answer"
    }

    public let code: Code
    /// The engine's own words where it had any.
    public let message: String

    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}

extension EngineError {
    /// How a proxy that serves as an engine refuses to deliver HLS. Its stream can be had.
    public static let noPlaylist = "this proxy delivers no HLS to other proxies"
}

extension EngineError {
    /// What an engine says of a session that it does not have.
    static let unknownSession = "unknown playback session id"

    /// Whether the engine says that it does not have the session.
    public var isUnknownSession: Bool { code == .refused && message == Self.unknownSession }
}
