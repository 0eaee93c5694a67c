/// One engine of the fleet, as the orchestrator knows it.
public struct Engine: Sendable, Hashable, Identifiable {
    /// The provider's identifier; `container_id` in the REST contract.
    public let id: String
    public var name: String
    public var endpoint: EngineEndpoint
    public var labels: [String: String]
    public var image: String
    public var firstSeen: Timestamp
    /// When its process or container was started, as the provider says.
    public var startedAt: Timestamp
    public var lastSeen: Timestamp
    public var health: EngineHealth = .unknown
    /// True once the engine's API has answered; an engine that is not ready is never leased.
    public var isReady = false
    public var lastHealthCheck: Timestamp?
    /// Since when it is unhealthy; nil while it is not.
    public var unhealthySince: Timestamp?
    /// Whether the VPN it depends on is down.
    public var isCutOff = false
    /// What starts and streams on it were like lately.
    public var experience = EngineExperience()
    /// Until when it gets no streams because starts on it kept failing; nil while it does.
    public var ejectedUntil: Timestamp?
    /// Probes failed in a row.
    public var failedProbes = 0
    public var lastStreamUsage: Timestamp?
    /// Since when the engine holds neither stream nor lease; nil while it holds one.
    public var emptySince: Timestamp?
    /// Set once the engine was chosen for removal: it gets no new lease.
    public var removal: RemovalReason?

    public init(
        id: String, name: String, endpoint: EngineEndpoint, labels: [String: String] = [:], image: String = "",
        firstSeen: Timestamp, startedAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.endpoint = endpoint
        self.labels = labels
        self.image = image
        self.firstSeen = firstSeen
        self.startedAt = startedAt ?? firstSeen
        self.lastSeen = firstSeen
        self.emptySince = firstSeen
    }

    public var isEjected: Bool { ejectedUntil != nil }

    /// Whether the engine can take streams, free slots and ejection aside.
    public var isUsable: Bool { isReady && health == .healthy && removal == nil && !isCutOff }
}
