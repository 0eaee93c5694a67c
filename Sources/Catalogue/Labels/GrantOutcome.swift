public import Telemetry

/// What became of a proxy's request for an engine.
public enum GrantOutcome: String, LabelValue {
    public static let labelName = "outcome"
    /// An engine was free at once.
    case granted
    /// An engine became free while the request waited.
    case grantedAfterWait = "granted_after_wait"
    /// None became free in time.
    case unavailable
    /// The proxy left before it was served.
    case cancelled
    /// The lease ended without a stream and was not given back.
    case expired
}
