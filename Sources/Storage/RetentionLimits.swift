/// How much of the past the database keeps: what is over either limit, in rows or in age, is deleted.
public struct RetentionLimits: Sendable, Hashable {
    public var events: Int
    public var eventAge: Duration
    public var decisions: Int
    public var decisionAge: Duration
    public var endedStreams: Int
    public var endedStreamAge: Duration
    /// For each stream.
    public var samples: Int
    public var sampleAge: Duration

    public init(
        events: Int = 10_000, eventAge: Duration = .seconds(30 * 86_400), decisions: Int = 10_000,
        decisionAge: Duration = .seconds(30 * 86_400), endedStreams: Int = 10_000,
        endedStreamAge: Duration = .seconds(30 * 86_400), samples: Int = 720,
        sampleAge: Duration = .seconds(7 * 86_400)
    ) {
        self.events = max(1, events)
        self.eventAge = eventAge
        self.decisions = max(1, decisions)
        self.decisionAge = decisionAge
        self.endedStreams = max(0, endedStreams)
        self.endedStreamAge = endedStreamAge
        self.samples = max(1, samples)
        self.sampleAge = sampleAge
    }

    /// A limit in rows is enforced after so many further ones, by deleting down to as many below it.
    static func slack(of limit: Int) -> Int { limit / 16 }
}
