import Catalogue
import Telemetry

/// The handles that HLS writes to, resolved once.
struct HLSMetrics: Sendable {
    let sessions: [HLSSource: Gauge]
    let viewers: [HLSSource: Gauge]
    let playlists: [HLSSource: Counter]
    let segments: [HLSSource: Counter]
    let sentBytes: [HLSSource: Counter]
    let cache: [HLSCacheResult: Counter]
    let cacheBytes: Gauge
    let cacheEvictions: Counter
    let windowBytes: Gauge
    let fetches: CallMetrics<HLSResource, HLSFetchOutcome>
    let refusedURLs: Counter
    let refusals: [HLSRefusal: Counter]
    let cuts: [HLSCutReason: Counter]
    let evictedAsStalled: Counter

    init(registry: Registry, cacheLimit: Int) {
        sessions = Self.gauges(registry.gauge(ProxyFamilies.hlsSessions))
        viewers = Self.gauges(registry.gauge(ProxyFamilies.hlsViewers))
        playlists = Self.counters(registry.counter(ProxyFamilies.hlsPlaylists))
        segments = Self.counters(registry.counter(ProxyFamilies.hlsSegments))
        sentBytes = Self.counters(registry.counter(ProxyFamilies.hlsSentBytes))
        cache = Self.counters(registry.counter(ProxyFamilies.hlsCacheRequests))
        cacheBytes = registry.gauge(ProxyFamilies.hlsCacheBytes)
        registry.gauge(ProxyFamilies.hlsCacheLimit).set(cacheLimit)
        cacheEvictions = registry.counter(ProxyFamilies.hlsCacheEvictions)
        windowBytes = registry.gauge(ProxyFamilies.hlsWindowBytes)
        fetches = CallMetrics(
            registry: registry, calls: ProxyFamilies.hlsFetches, duration: ProxyFamilies.hlsFetchDuration)
        refusedURLs = registry.counter(ProxyFamilies.hlsRefusedURLs)
        refusals = Self.counters(registry.counter(ProxyFamilies.hlsRefusals))
        cuts = Self.counters(registry.counter(ProxyFamilies.hlsCuts))
        let evicted: CounterVector<Label<EvictionReason>> = registry.counter(ProxyFamilies.viewersEvicted)
        evictedAsStalled = evicted[Label(.stalled)]
    }

    private static func gauges<Value: LabelValue>(_ vector: GaugeVector<Label<Value>>) -> [Value: Gauge] {
        Dictionary(uniqueKeysWithValues: Value.allCases.map { ($0, vector[Label($0)]) })
    }

    private static func counters<Value: LabelValue>(_ vector: CounterVector<Label<Value>>) -> [Value: Counter] {
        Dictionary(uniqueKeysWithValues: Value.allCases.map { ($0, vector[Label($0)]) })
    }
}
