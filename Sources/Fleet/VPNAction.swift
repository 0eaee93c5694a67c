/// What is to be done about a VPN and the engines behind it.
public enum VPNAction: Sendable, Hashable {
    /// The container has been down for too long.
    case restart(String)
    /// The engine cannot work any more, or is not needed where it is.
    case remove(engineID: String, RemovalReason)
    /// The VPN forwards a port that no engine has.
    case provisionForwarded(String)
}
