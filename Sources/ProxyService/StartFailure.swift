package import Catalogue

/// Why a viewer gets no stream.
package struct StartFailure: Error, Sendable, Equatable {
    package let outcome: StartOutcome
    /// One sentence for the player.
    package let message: String
    /// Seconds after which another try makes sense, where somebody knows.
    package var retryAfter: Int?
    /// The limit that stands in the way, where it is one.
    package var limit: LimitReason?
    /// Whether the engine could not even be connected to: another one may do.
    package var isEngineUnreachable = false
    /// Whether the engine is one that delivers no HLS, and no HLS was asked of anything else.
    package var isWithoutPlaylist = false

    package init(
        outcome: StartOutcome, message: String, retryAfter: Int? = nil, limit: LimitReason? = nil,
        isEngineUnreachable: Bool = false
    ) {
        self.outcome = outcome
        self.message = message
        self.retryAfter = retryAfter
        self.limit = limit
        self.isEngineUnreachable = isEngineUnreachable
    }
}

extension StartFailure {
    /// A start that a limit does not allow.
    static func limited(by limit: LimitReason) -> StartFailure {
        StartFailure(outcome: .noEngine, message: limit.sentence, retryAfter: limit.retryAfter, limit: limit)
    }
}

extension LimitReason {
    /// For the player.
    var sentence: String {
        switch self {
        case .connections: "the proxy has as many connections as it may"
        case .clientConnections: "this client has as many connections as it may"
        case .sessions: "the proxy plays as many streams as it may"
        case .clientSessions: "this client has started as many streams as it may"
        case .viewers: "the stream has as many viewers as it may"
        case .memory: "the proxy has no memory for another stream"
        case .descriptors: "the proxy has no descriptor for another connection"
        }
    }

    /// Whether it is the client that has too much.
    var isOfClient: Bool { self == .clientConnections || self == .clientSessions }

    /// Seconds after which another try makes sense: limits are freed by viewers who leave.
    var retryAfter: Int { 5 }
}
