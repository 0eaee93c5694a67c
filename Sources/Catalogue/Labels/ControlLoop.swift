public import Telemetry

/// The orchestrator's loops.
public enum ControlLoop: String, LabelValue {
    public static let labelName = "loop"
    /// Asks the provider what runs.
    case observe
    /// Begins the health checks that are due.
    case health
    /// Ends leases, decides how many engines are wanted and acts on it.
    case reconcile
    /// Looks at the VPN containers.
    case vpn
    /// Begins to ask for the statistics of the streams that are due.
    case collect
    /// Backups, retention and order of the database.
    case maintenance
    /// Renews leadership, or waits for it.
    case leadership
}
