package import Catalogue

/// When a player asked, and whether its stream was playing then.
package struct ViewerDemand: Sendable, Equatable {
    let kind: FirstByteKind
    let requestedAt: ContinuousClock.Instant

    package init(kind: FirstByteKind, requestedAt: ContinuousClock.Instant) {
        self.kind = kind
        self.requestedAt = requestedAt
    }
}
