public import Telemetry

/// What the orchestrator asks of its engine provider.
public enum ProviderOperation: String, LabelValue {
    public static let labelName = "operation"
    case list
    case create
    case remove
}
