public import Fleet

/// What the event log holds.
public struct EventSummary: Sendable, Hashable {
    public var counts: [EventRecord.EventType: Int]
    public var oldest: Timestamp?
    public var newest: Timestamp?

    public var total: Int { counts.values.reduce(0, +) }
}
