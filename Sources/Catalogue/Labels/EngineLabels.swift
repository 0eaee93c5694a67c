import Telemetry

/// One engine of the fleet. Its series vanish when it leaves.
public struct EngineLabels: DescribedLabelSet {
    public static var labelNames: [String] { ["engine"] }
    public static var labelMeanings: [String] { ["the engine's name; at most `MAX_REPLICAS` at a time"] }
    public var labelValues: [String] { [engine] }
    let engine: String

    /// - Parameter engine: the engine's name, which no other engine has while it is in the fleet.
    public init(engine: String) {
        self.engine = engine
    }
}
