/// What an engine that is asked for shall be like, where it matters to whoever asks.
public struct ProvisionOrder: Sendable, Hashable {
    public var labels: [String: String]
    public var environment: [String: String]
    /// A container image other than the one configured.
    public var image: String?
    /// The port it shall have; nil: the next free one.
    public var port: Int?
    /// The VPN behind which it goes; nil: none.
    public internal(set) var vpn: VPNPlacement?

    public init(
        labels: [String: String] = [:], environment: [String: String] = [:], image: String? = nil, port: Int? = nil
    ) {
        self.labels = labels
        self.environment = environment
        self.image = image
        self.port = port
    }
}
