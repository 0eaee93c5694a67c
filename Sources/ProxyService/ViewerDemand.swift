import Catalogue

/// When a player asked, and whether its stream was playing then.
struct ViewerDemand: Sendable, Equatable {
    let kind: FirstByteKind
    let requestedAt: ContinuousClock.Instant
}
