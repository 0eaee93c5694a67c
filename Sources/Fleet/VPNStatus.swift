/// What is known of the VPN that engines use: of one Gluetun container or of two, and of both together.
public struct VPNStatus: Sendable, Hashable {
    /// How many VPN containers there are to be.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        case single
        case redundant
    }

    public enum Health: String, Sendable, Hashable, CaseIterable {
        case healthy
        case unhealthy
        /// Not asked yet, or the answer did not come.
        case unknown
        /// No VPN is configured.
        case disabled
        /// Its own check has not passed yet.
        case starting
    }

    /// One VPN container.
    public struct Container: Sendable, Hashable {
        public var name: String
        /// State of the container: `running`, `exited`, …
        public var status: String
        public var health: Health
        /// Whether engines reach the network through it.
        public var isConnected: Bool
        public var forwardedPort: Int?
        public var publicIP: String?
        public var provider: String?
        public var country: String?
        public var city: String?
        public var region: String?
        public var lastCheck: Timestamp?

        public init(
            name: String, status: String = "unknown", health: Health = .unknown, isConnected: Bool = false,
            forwardedPort: Int? = nil, publicIP: String? = nil, provider: String? = nil, country: String? = nil,
            city: String? = nil, region: String? = nil, lastCheck: Timestamp? = nil
        ) {
            self.name = name
            self.status = status
            self.health = health
            self.isConnected = isConnected
            self.forwardedPort = forwardedPort
            self.publicIP = publicIP
            self.provider = provider
            self.country = country
            self.city = city
            self.region = region
            self.lastCheck = lastCheck
        }
    }

    /// One of two VPN containers has failed, and the other one carries everything.
    public struct Emergency: Sendable, Hashable {
        public var failedVPN: String
        public var healthyVPN: String
        public var since: Timestamp

        public init(failedVPN: String, healthyVPN: String, since: Timestamp) {
            self.failedVPN = failedVPN
            self.healthyVPN = healthyVPN
            self.since = since
        }
    }

    public var isEnabled: Bool
    public var mode: Mode
    /// The first container, and in the redundant mode the second; none when no VPN is configured.
    public var first: Container?
    public var second: Container?
    /// Nil while no emergency lasts.
    public var emergency: Emergency?

    public init(
        isEnabled: Bool, mode: Mode = .single, first: Container? = nil, second: Container? = nil,
        emergency: Emergency? = nil
    ) {
        self.isEnabled = isEnabled
        self.mode = mode
        self.first = first
        self.second = second
        self.emergency = emergency
    }

    /// No VPN is configured.
    public static let disabled = VPNStatus(isEnabled: false)

    /// The container that speaks for both: the first one that is connected, else the first one.
    public var leading: Container? {
        guard let first else { return second }
        guard let second, !first.isConnected, second.isConnected else { return first }
        return second
    }

    public var isConnected: Bool { leading?.isConnected ?? false }

    public var health: Health { isEnabled ? leading?.health ?? .unknown : .disabled }
}
