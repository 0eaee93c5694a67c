public import Telemetry

/// Why a request to a management route was refused; also the `code` of the answer.
public enum ManagementRefusal: String, LabelValue {
    public static let labelName = "reason"
    /// Without a configured key, only this machine may ask.
    case notLocal = "not_local"
    /// The request has no key.
    case missingKey = "missing_key"
    /// The request has a key that is none of the configured ones.
    case invalidKey = "invalid_key"
}
