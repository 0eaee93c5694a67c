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
}
