public import Telemetry

/// What a proxy reports of a stream.
public enum StreamEvent: String, LabelValue {
    public static let labelName = "event"
    case started
    case ended
}
