import Catalogue

/// Why a viewer gets no stream.
struct StartFailure: Error, Sendable, Equatable {
    let outcome: StartOutcome
    /// One sentence for the player.
    let message: String
    /// Seconds after which another try makes sense, where somebody knows.
    var retryAfter: Int?
    /// Whether the engine could not even be connected to: another one may do.
    var isEngineUnreachable = false
}
