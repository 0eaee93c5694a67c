public import Telemetry

/// Which VPN.
public enum VPNNumber: String, LabelValue {
    public static let labelName = "vpn"
    /// The one that speaks for both: the first that is connected.
    case all
    case first = "1"
    case second = "2"
}
