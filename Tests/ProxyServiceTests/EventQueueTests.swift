import ProxyService
import Testing

@Suite struct EventQueueTests {
    struct Event: QueuedEvent, Equatable {
        var streamID: String
        var isStart: Bool
    }

    private static func queue(limit: Int = 10, _ events: String...) -> EventQueue<Event> {
        var queue = EventQueue<Event>(limit: limit)
        for event in events { _ = append(event, to: &queue) }
        return queue
    }

    /// `+a`: a starts; `-a`: it ends.
    private static func append(_ event: String, to queue: inout EventQueue<Event>) -> Int {
        queue.append(
            Event(streamID: String(event.dropFirst()), isStart: event.hasPrefix("+")), trace: nil, now: .now)
    }

    private static func text(_ elements: [EventQueue<Event>.Element]) -> String {
        elements.map { ($0.event.isStart ? "+" : "-") + $0.event.streamID }.joined(separator: " ")
    }

    @Test func batchesKeepTheOrderOfEachStream() {
        var queue = Self.queue("+a", "-b", "-a", "+c", "+b", "-b")
        #expect(Self.text(queue.take(atMost: 3)) == "+a -b -a")
        // The next one would be taken in before the end of b.
        #expect(Self.text(queue.take(atMost: 100)) == "+a -b -a +c")
        queue.settle(4)
        #expect(Self.text(queue.take(atMost: 100)) == "+b -b")
        queue.settle(2)
        #expect(queue.take(atMost: 100).isEmpty)
    }

    @Test func aStartAndItsEndGiveWayTogetherAndNothingOnItsWayDoes() {
        var queue = Self.queue(limit: 4, "+a", "+b", "-b", "+c")
        #expect(Self.append("+d", to: &queue) == 2)
        #expect(Self.text(queue.elements) == "+a +c +d")
        #expect(Self.append("-a", to: &queue) == 0)
        _ = queue.take(atMost: 1)
        // Without a pair that is not on its way the oldest event gives way.
        #expect(Self.append("+e", to: &queue) == 1)
        #expect(Self.text(queue.elements) == "+a +d -a +e")
        queue.settle(1)
        #expect(Self.text(queue.elements) == "+d -a +e")
    }

    @Test func itNeverHoldsMoreThanItsLimit() {
        var queue = Self.queue(limit: 5)
        for number in 0..<50 { _ = Self.append("\(number % 3 == 0 ? "-" : "+")\(number % 7)", to: &queue) }
        #expect(queue.elements.count == 5)
    }
}
