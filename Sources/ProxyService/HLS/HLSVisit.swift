import NIOHTTP1
import Settings

/// One request of a player for a playlist or segment: who asks, and how the addresses in what it gets begin and end.
struct HLSVisit: Sendable {
    let viewer: HLSViewer
    let address: ResourceAddress
    let startedAt: ContinuousClock.Instant

    init(_ exchange: Exchange, _ address: ResourceAddress) {
        viewer = HLSViewer(exchange)
        self.address = address
        startedAt = exchange.startedAt
    }
}
