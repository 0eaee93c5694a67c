import Catalogue
import Fleet
import Telemetry

/// What the engines say of running streams.
struct CollectorMetrics: Sendable {
    let collections: CounterVector<Label<CollectResult>>
    let downloaded: Counter
    let uploaded: Counter
    let stale: Counter
    let loopsDetected: Counter
    let looping: Gauge
    private let peers: Gauge
    private let downloadRate: Gauge
    private let uploadRate: Gauge

    init(registry: Registry) {
        collections = registry.counter(OrchestratorFamilies.collections)
        downloaded = registry.counter(OrchestratorFamilies.streamDownloaded)
        uploaded = registry.counter(OrchestratorFamilies.streamUploaded)
        stale = registry.counter(OrchestratorFamilies.staleStreams)
        loopsDetected = registry.counter(OrchestratorFamilies.loopsDetected)
        looping = registry.gauge(OrchestratorFamilies.loopingContents)
        peers = registry.gauge(OrchestratorFamilies.streamPeers)
        downloadRate = registry.gauge(OrchestratorFamilies.streamDownloadRate)
        uploadRate = registry.gauge(OrchestratorFamilies.streamUploadRate)
    }

    /// Shows the sums over all streams. Engines count in KB/s of 1,024 bytes.
    func show(_ latest: [String: StreamStatistics]) {
        var (peerCount, down, up) = (0.0, 0.0, 0.0)
        for statistics in latest.values {
            peerCount += Double(statistics.peers ?? 0)
            down += Double(statistics.speedDown ?? 0)
            up += Double(statistics.speedUp ?? 0)
        }
        peers.set(peerCount)
        downloadRate.set(down * 1024)
        uploadRate.set(up * 1024)
    }
}
