public import Telemetry

/// What every program of Weir says about itself.
public enum BuildInfo {
    /// The version that all programs report (`--version`, `weir_build_info`).
    public static let version = "0.1.0"

    public struct Labels: DescribedLabelSet {
        public static var labelNames: [String] { ["service", "version"] }
        public static var labelMeanings: [String] { ["the program's name", "its version"] }
        public var labelValues: [String] { [service, BuildInfo.version] }
        let service: String
    }

    public static let info = InfoFamily<Labels>(
        "weir_build_info", "Always 1; the labels say which program of Weir this is and in which version.")

    /// What all programs expose beside the families of their service.
    public static let described = [DescribedFamily(info)]

    /// Registers what all services expose: build information, the process and the cost of the metrics themselves.
    public static func register(service: String, in registry: Registry) {
        registry.info(info, Labels(service: service))
        ProcessCollector(registry: registry)
        ScrapeCost(registry: registry)
    }
}
