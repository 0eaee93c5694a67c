public import Telemetry

/// What every program of Weir says about itself.
public enum BuildInfo {
    /// The version that all programs report (`--version`, `weir_build_info`).
    public static let version = "0.1.0"

    public struct Labels: LabelSet {
        public static var labelNames: [String] { ["service", "version"] }
        public var labelValues: [String] { [service, BuildInfo.version] }
        let service: String
    }

    public static let info = GaugeFamily<Labels>(
        "weir_build_info", "Always 1; the labels say which program of Weir this is and in which version.")

    /// Registers what all services expose: build information and the process metrics.
    public static func register(service: String, in registry: Registry) {
        let info: GaugeVector<Labels> = registry.gauge(info)
        info[Labels(service: service)].set(1)
        ProcessCollector(registry: registry)
    }
}
