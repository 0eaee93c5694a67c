public import Telemetry

/// The result of one health check.
public enum HealthCheckResult: String, LabelValue {
    public static let labelName = "result"
    case success, failure, timeout
}
