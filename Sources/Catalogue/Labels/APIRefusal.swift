public import Telemetry

/// Why the orchestrator's API did not do what a request asked for.
public enum APIRefusal: String, LabelValue {
    public static let labelName = "reason"
    case missingKey = "missing_key"
    case wrongKey = "wrong_key"
    /// The `Host` header names a host that is not allowed.
    case hostNotAllowed = "host_not_allowed"
    /// A page of another site has made the browser send it.
    case originNotAllowed = "origin_not_allowed"
    /// It took longer than a request may take.
    case timeout
}
