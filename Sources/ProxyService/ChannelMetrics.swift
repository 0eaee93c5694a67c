import Catalogue
import Telemetry

/// What becomes of the channel list; the handles are resolved once.
struct ChannelMetrics: Sendable {
    let channels: Gauge
    let backups: Counter
    private let reloads: [ChannelFileResult: Counter]

    init(registry: Registry) {
        channels = registry.gauge(ProxyFamilies.channels)
        backups = registry.counter(ProxyFamilies.channelBackups)
        let counters: CounterVector<Label<ChannelFileResult>> = registry.counter(ProxyFamilies.channelFileReloads)
        reloads = Dictionary(uniqueKeysWithValues: ChannelFileResult.allCases.map { ($0, counters[Label($0)]) })
    }

    func count(_ result: ChannelFileResult) {
        reloads[result]?.increment()
    }
}
