public import Telemetry

/// State of the alerts in a notification.
public enum NotificationStatus: String, LabelValue {
    public static let labelName = "status"
    case firing, resolved
}
