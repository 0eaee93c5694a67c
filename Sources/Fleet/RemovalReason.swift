/// Why an engine leaves the fleet.
public enum RemovalReason: String, Sendable, Hashable {
    /// Its process or container has ended.
    case exited
    /// It failed too many probes in a row.
    case unhealthy
    /// It never answered within the time allowed for a start.
    case startTimeout = "start_timeout"
    /// More engines run than are wanted.
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
