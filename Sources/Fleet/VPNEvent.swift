/// Something about a VPN that an operator wants to know.
public enum VPNEvent: Sendable, Hashable {
    case connected(String)
    case disconnected(String)
    case portChanged(String, from: Int?, to: Int?)
    case emergencyBegan(VPNStatus.Emergency)
    case emergencyEnded(VPNStatus.Emergency)
}
