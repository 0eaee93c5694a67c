package import Telemetry

/// What the queue has to know of an event.
package protocol QueuedEvent: Sendable {
    var streamID: String { get }
    /// Whether it says that the stream started; else it says that it ended.
    var isStart: Bool { get }
}

/// Events on their way to the orchestrator, in their order: a bounded number.
package struct EventQueue<Event: QueuedEvent>: Sendable {
    package struct Element: Sendable {
        package let event: Event
        package let queuedAt: ContinuousClock.Instant
        package let trace: TraceContext?
    }

    package let limit: Int
    package private(set) var elements: [Element] = []
    /// The first ones that are on their way; they do not give way to newer ones.
    private var sending = 0

    package init(limit: Int) {
        self.limit = limit
    }

    /// Adds an event. Where there are too many, a start and an end of the same stream give way together, since the two
    /// change nothing; only without such a pair the oldest event does.
    /// - Returns: how many gave way.
    package mutating func append(_ event: Event, trace: TraceContext?, now: ContinuousClock.Instant) -> Int {
        let before = elements.count
        if before >= limit { giveWay() }
        let dropped = before - elements.count
        elements.append(Element(event: event, queuedAt: now, trace: trace))
        return dropped
    }

    /// The first events, at most `maximum`, that may travel together: of one batch the starts are taken in first, so a
    /// start that follows its stream's end has to wait.
    package mutating func take(atMost maximum: Int) -> [Element] {
        var ended: Set<String> = []
        var batch: [Element] = []
        for element in elements.prefix(maximum) {
            if element.event.isStart {
                if ended.contains(element.event.streamID) { break }
            } else {
                ended.insert(element.event.streamID)
            }
            batch.append(element)
        }
        sending = batch.count
        return batch
    }

    /// Forgets the first events, which have been answered.
    package mutating func settle(_ count: Int) {
        elements.removeFirst(min(count, elements.count))
        sending = 0
    }

    private mutating func giveWay() {
        var starts: [String: Int] = [:]
        for index in elements.indices.dropFirst(sending) {
            let event = elements[index].event
            if event.isStart {
                starts[event.streamID] = index
            } else if let start = starts[event.streamID] {
                elements.remove(at: index)
                elements.remove(at: start)
                return
            }
        }
        if sending < elements.count { elements.remove(at: sending) }
    }
}
