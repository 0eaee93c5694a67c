public import Telemetry

/// What the last health checks say of an engine.
public enum HealthStatus: String, LabelValue {
    public static let labelName = "health_status"
    case healthy, unhealthy, unknown
}
