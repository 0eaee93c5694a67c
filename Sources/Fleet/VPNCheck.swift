/// What one look at a VPN container has shown.
public struct VPNCheck: Sendable, Hashable {
    /// State of the container: `running`, `exited`, …
    public var status: String
    public var health: VPNStatus.Health
    /// Whether engines behind it say that they are connected; nil when none was asked or none answered.
    public var enginesConnected: Bool?

    public init(status: String, health: VPNStatus.Health, enginesConnected: Bool? = nil) {
        self.status = status
        self.health = health
        self.enginesConnected = enginesConnected
    }
}
