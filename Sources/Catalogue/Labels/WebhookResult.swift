public import Telemetry

/// What became of a notification of Alertmanager.
public enum WebhookResult: String, LabelValue {
    public static let labelName = "result"
    case accepted
    /// It could not be read.
    case rejected
}
