/// One VPN container, as far as decisions depend on it.
public struct VPNNode: Sendable, Hashable {
    public let name: String
    /// Ports of the engines behind it; nil: those of all engines.
    public let portRange: ClosedRange<Int>?
    public internal(set) var container = VPNStatus.Container(name: "")
    /// Since when it is not connected; nil while it is, and before the first check.
    public internal(set) var downSince: Timestamp?
    /// When its container was last restarted by us.
    public internal(set) var restartedAt: Timestamp?
    /// When it came back after it had been down; nil when it never was.
    public internal(set) var reconnectedAt: Timestamp?

    public init(name: String, portRange: ClosedRange<Int>? = nil) {
        self.name = name
        self.portRange = portRange
        container.name = name
    }

    public var isConnected: Bool { container.isConnected }
    public var forwardedPort: Int? { container.forwardedPort }
}
