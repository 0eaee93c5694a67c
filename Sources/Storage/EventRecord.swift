public import Fleet

/// One entry of the event log.
public struct EventRecord: Sendable, Hashable {
    /// The columns operators filter by; raw values are those of the REST contract.
    public enum EventType: String, Sendable, Hashable, CaseIterable {
        case engine, stream, vpn, health, system
    }

    /// Of what operators did: kept for its time, however much else is logged.
    public static let auditCategory = "audit"

    /// Assigned by the database; 0 before.
    public var id: Int64
    public var at: Timestamp
    public var type: EventType
    public var category: String
    public var message: String
    public var details: [String: String]
    public var engineID: String?
    public var streamID: String?

    public init(
        id: Int64 = 0, at: Timestamp, type: EventType, category: String, message: String,
        details: [String: String] = [:], engineID: String? = nil, streamID: String? = nil
    ) {
        self.id = id
        self.at = at
        self.type = type
        self.category = category
        self.message = message
        self.details = details
        self.engineID = engineID
        self.streamID = streamID
    }
}
