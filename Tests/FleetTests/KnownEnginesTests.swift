import Fleet
import Testing

@Suite struct KnownEnginesTests {
    private static func entry(
        _ number: Int, health: EngineHealth = .healthy, load: Int = 0, own: String? = nil, forwarded: Bool = false,
        lastUse: String = ""
    ) -> KnownEngines.Entry {
        KnownEngines.Entry(
            id: "e\(number)", endpoint: EngineEndpoint(host: "h", port: number), health: health,
            streams: Set((0..<load).map { "other \(number) \($0)" } + (own.map { [$0] } ?? [])),
            isForwarded: forwarded, lastUse: lastUse)
    }

    private static func engines(limit: Int = 2, _ entries: [KnownEngines.Entry]) -> KnownEngines {
        var known = KnownEngines(limit: limit)
        known.replace(with: entries)
        return known
    }

    private let now = Timestamp.second(0)

    @Test func healthThenStreamsThenForwardedThenOldestUseDecide() {
        var known = Self.engines([
            Self.entry(1, health: .unhealthy), Self.entry(2, load: 1, forwarded: true),
            Self.entry(3, lastUse: "2026-02"), Self.entry(4, lastUse: "2026-01"),
            Self.entry(5, forwarded: true, lastUse: "2026-03"),
        ])
        let order = (1...5).map { _ in known.choose(excluding: [], now: now)?.id }
        #expect(order == ["e5", "e4", "e3", "e2", "e5"])
    }

    @Test func noEngineIsUsedBeyondTheLimit() {
        var known = Self.engines([Self.entry(1), Self.entry(2)])
        let chosen = (1...5).compactMap { _ in known.choose(excluding: [], now: now)?.endpoint }
        #expect(chosen.count == 4)
        for number in 0..<4 { known.noteStream("own \(number)") }
        known.replace(with: [Self.entry(1, own: "own 0"), Self.entry(2, own: "own 1")])
        #expect(known.choose(excluding: [], now: now) == nil)
        // The list still has the stream that has ended.
        known.free(chosen[0], stream: "own 0")
        #expect(known.choose(excluding: [], now: now)?.endpoint == chosen[0])
        #expect(known.uses(of: chosen[0]) == 2)
    }

    @Test func othersStreamsCountWhileThereIsAChoice() {
        var known = Self.engines(limit: 1, [Self.entry(1, load: 1), Self.entry(2)])
        #expect(known.choose(excluding: [], now: now)?.id == "e2")
        // The others' stream may be over since.
        #expect(known.choose(excluding: [], now: now)?.id == "e1")
        #expect(known.choose(excluding: [], now: now) == nil)
    }

    @Test func excludedEnginesAndThoseThatDoNotAnswerAreLeftOut() {
        var known = Self.engines([Self.entry(1), Self.entry(2), Self.entry(3, health: .unhealthy)])
        known.recordProbe(of: EngineEndpoint(host: "h", port: 1), answered: false)
        known.recordProbe(of: EngineEndpoint(host: "h", port: 3), answered: true)
        let second = EngineEndpoint(host: "h", port: 2)
        #expect(known.choose(excluding: [second], now: now)?.id == "e3")
        known.confirm()
        #expect(known.choose(excluding: [second], now: now)?.id == "e1")
    }

    @Test func anEngineWhoseStartsKeepFailingRestsAndIsTriedOnceThen() {
        var known = Self.engines(limit: 10, [Self.entry(1), Self.entry(2, load: 5)])
        let first = EngineEndpoint(host: "h", port: 1)
        for _ in 1...3 {
            #expect(known.choose(excluding: [], now: now)?.id == "e1")
            known.recordStart(on: first, succeeded: false, now: now)
            known.free(first)
        }
        #expect(known.broken(now: now) == [first])
        #expect(known.choose(excluding: [], now: .second(29))?.id == "e2")
        #expect(known.choose(excluding: [], now: .second(30))?.id == "e1")
        #expect(known.choose(excluding: [], now: .second(30))?.id == "e2")
        known.recordStart(on: first, succeeded: true, now: .second(31))
        #expect(known.broken(now: .second(31)).isEmpty)
        #expect(known.choose(excluding: [], now: .second(31))?.id == "e1")
    }
}
