public import Telemetry

/// Why an engine left the fleet.
public enum EngineRemovalReason: String, LabelValue {
    public static let labelName = "reason"
    /// Its process or container has ended.
    case exited
    /// It failed too many health checks in a row.
    case unhealthy
    /// It never answered within the time allowed for a start.
    case startTimeout = "start_timeout"
    /// More engines ran than were wanted.
    case surplus
    /// The VPN forwards another port than the one it has.
    case portChanged = "port_changed"
    /// Its VPN has failed, and another one carries on.
    case vpnDown = "vpn_down"
    /// Its VPN was gone and is back: it is created anew.
    case vpnReconnected = "vpn_reconnected"
    /// Its VPN carries more engines than the other one.
    case rebalanced
    /// An operator asked for it.
    case requested
}
