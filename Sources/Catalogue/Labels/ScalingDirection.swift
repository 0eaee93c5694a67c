public import Telemetry

/// Where a scaling decision points.
public enum ScalingDirection: String, LabelValue {
    public static let labelName = "direction"
    case up, down, hold
}
