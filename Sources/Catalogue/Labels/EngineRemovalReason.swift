public import Telemetry

/// Why an engine left the fleet.
public enum EngineRemovalReason: String, LabelValue {
    public static let labelName = "reason"
    /// Its process or container has ended.
    case exited
    /// It failed too many health checks in a row.
    case unhealthy
    /// It never answered within the time allowed for a start.
    case startTimeout = "start_timeout"
    /// More engines ran than were wanted.
    case surplus
    /// An operator asked for it.
    case requested
}
