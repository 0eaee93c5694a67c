public import Telemetry

/// How a lease came to its end.
public enum LeaseEndReason: String, LabelValue {
    public static let labelName = "reason"
    /// The stream started and took the slot over.
    case confirmed
    /// The proxy gave it back.
    case released
    /// Neither happened within its time to live.
    case expired
    /// Its engine left the fleet.
    case engineLost = "engine_lost"
    /// Its proxy fell silent.
    case proxyLost = "proxy_lost"
}
