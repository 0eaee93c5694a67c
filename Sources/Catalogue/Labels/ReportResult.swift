public import Telemetry

/// What a proxy's report changed.
public enum ReportResult: String, LabelValue {
    public static let labelName = "result"
    /// A stream began or ended.
    case applied
    /// Nothing: it was known, or no such stream runs.
    case repeated
}
