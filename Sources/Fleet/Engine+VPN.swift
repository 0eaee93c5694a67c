extension Engine {
    static let vpnLabel = "acestream.vpn_container"
    static let forwardedLabel = "acestream.forwarded"
    static let forwardedPortLabel = "acestream.forwarded_port"

    /// The container whose network it uses.
    public var vpnContainer: String? { labels[Self.vpnLabel] }
    /// The port that the VPN forwards to it.
    public var forwardedPort: Int? {
        labels[Self.forwardedLabel] == "true" ? labels[Self.forwardedPortLabel].flatMap { Int($0) } : nil
    }
}

extension ProvisionOrder {
    /// The engine goes behind a VPN.
    public mutating func place(_ placement: VPNPlacement) {
        vpn = placement
        labels[Engine.vpnLabel] = placement.container
        labels[Engine.forwardedLabel] = placement.forwardedPort == nil ? nil : "true"
        labels[Engine.forwardedPortLabel] = placement.forwardedPort.map { String($0) }
    }
}
