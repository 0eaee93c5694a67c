public import Telemetry

/// Why a segment cut from a transport stream ends where it does.
public enum HLSCutReason: String, LabelValue {
    public static let labelName = "reason"
    /// The next one begins with a random-access point.
    case randomAccess = "random_access"
    /// No random-access point came in time.
    case time
    /// It had as many bytes as a segment may have.
    case size
    /// The stream's clock or program changed.
    case discontinuity
    /// The stream ended.
    case end
}
