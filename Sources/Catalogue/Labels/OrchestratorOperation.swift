public import Telemetry

/// What the proxy asks of the orchestrator.
public enum OrchestratorOperation: String, LabelValue {
    public static let labelName = "operation"
    /// An engine for a stream; may wait for one.
    case lease
    /// Gives a lease back.
    case release
    /// The list of engines or streams.
    case list
    /// Another engine; only of an orchestrator without leases.
    case provision
    /// Reports a stream's start or end.
    case event
    /// Tells the orchestrator that the proxy lives, or asks an older one whether it is there.
    case health
}
