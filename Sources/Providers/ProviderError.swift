/// Why a provider could not do what was asked.
public struct ProviderError: Error, Sendable {
    public enum Code: Sendable, Hashable {
        /// Another socket listens on the requested port, or a running engine was given it.
        case portInUse
        /// An engine of that name exists, running or exited.
        case nameInUse
        /// The configured program does not exist or may not be executed.
        case commandNotFound
        /// The request itself is wrong; repeating it does not help.
        case refused
        /// The provider cannot work at present: a full disk, a missing permission, an unreachable service.
        case unavailable
        /// The engine did not end, or the answer did not come, in the time allowed.
        case timedOut
    }

    public var code: Code
    /// What was wrong, with the path, port or name concerned.
    public var message: String

    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }
}

extension ProviderError: CustomStringConvertible {
    public var description: String { "\(code): \(message)" }
}
