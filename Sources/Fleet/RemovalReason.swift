/// Why an engine leaves the fleet.
public enum RemovalReason: String, Sendable, Hashable {
    /// Its process or container has ended.
    case exited
    /// It failed too many probes in a row.
    case unhealthy
    /// It never answered within the time allowed for a start.
    case startTimeout = "start_timeout"
    /// More engines run than are wanted.
    case surplus
    /// An operator asked for it.
    case requested
}
