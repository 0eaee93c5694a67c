public import Telemetry

/// How a call to the engine provider ended.
public enum ProviderCallOutcome: String, LabelValue {
    public static let labelName = "outcome"
    case ok
    case portInUse = "port_in_use"
    case nameInUse = "name_in_use"
    case commandNotFound = "command_not_found"
    /// The request itself was wrong.
    case refused
    /// The provider cannot work at present.
    case unavailable
    /// No answer in time.
    case timeout
}
