package import Catalogue

/// Why a viewer gets no stream.
package struct StartFailure: Error, Sendable, Equatable {
    package let outcome: StartOutcome
    /// One sentence for the player.
    package let message: String
    /// Seconds after which another try makes sense, where somebody knows.
    package var retryAfter: Int?
    /// Whether the engine could not even be connected to: another one may do.
    package var isEngineUnreachable = false

    package init(
        outcome: StartOutcome, message: String, retryAfter: Int? = nil, isEngineUnreachable: Bool = false
    ) {
        self.outcome = outcome
        self.message = message
        self.retryAfter = retryAfter
        self.isEngineUnreachable = isEngineUnreachable
    }
}
