public import Telemetry

/// Where a segment that a player asked for came from.
public enum HLSCacheResult: String, LabelValue {
    public static let labelName = "result"
    /// The cache.
    case hit
    /// The engine.
    case miss
    /// A fetch that another player had begun.
    case shared
}
