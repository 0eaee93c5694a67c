/// Behind which VPN a new engine goes.
public struct VPNPlacement: Sendable, Hashable {
    public var container: String
    /// Set when the engine is to be the one that the VPN's port is forwarded to.
    public var forwardedPort: Int?
    public var portRange: ClosedRange<Int>?

    public init(container: String, forwardedPort: Int? = nil, portRange: ClosedRange<Int>? = nil) {
        self.container = container
        self.forwardedPort = forwardedPort
        self.portRange = portRange
    }
}
