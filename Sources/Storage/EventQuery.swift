public import Fleet

/// Which entries of the event log are asked for; newest first.
public struct EventQuery: Sendable, Hashable {
    public var limit: Int
    public var offset: Int
    public var type: EventRecord.EventType?
    public var category: String?
    public var engineID: String?
    public var streamID: String?
    public var since: Timestamp?

    public init(
        limit: Int = 100, offset: Int = 0, type: EventRecord.EventType? = nil, category: String? = nil,
        engineID: String? = nil, streamID: String? = nil, since: Timestamp? = nil
    ) {
        self.limit = limit
        self.offset = offset
        self.type = type
        self.category = category
        self.engineID = engineID
        self.streamID = streamID
        self.since = since
    }
}
