public import Telemetry

/// The metric families of weir-proxy, by hop: players, channel list, streaming, HLS, engines, orchestrator, and
/// of the program itself.
public enum ProxyFamilies {
    /// Every family, with what its labels can hold.
    public static let described = players + channelList + streaming + hls + engines + orchestrator + operation

    /// Every family.
    public static let all: [MetricFamily] = described.map(\.family)

    /// Registers every family.
    public static func register(in registry: Registry) {
        for family in described { family.register(registry) }
    }
}
