/// Why a request got no complete answer.
public struct OutboundError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// The URL or the request cannot be sent as it is.
        case badRequest = "bad_request"
        /// No connection: name not found, refused, unreachable.
        case connection
        /// The time allowed is over.
        case timeout
        /// The answer is larger than allowed.
        case bodyTooLarge = "body_too_large"
        /// The connection broke before the answer was complete.
        case interrupted
        /// The answer is no HTTP.
        case brokenAnswer = "broken_answer"
        /// The caller was cancelled, or the client was shut down.
        case cancelled
    }

    public let code: Code
    public let message: String

    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
