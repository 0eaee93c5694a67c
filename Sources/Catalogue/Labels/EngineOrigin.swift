public import Telemetry

/// How an engine came into the fleet.
public enum EngineOrigin: String, LabelValue {
    public static let labelName = "origin"
    /// The orchestrator created it.
    case provisioned
    /// It was found running.
    case adopted
}
