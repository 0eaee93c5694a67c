import Fleet
import Testing

@Suite struct StreamReportTests {
    @Test func repeatedStartChangesNothing() {
        var fleet = FleetState.fixture(engines: 1)
        let first = fleet.start(.sample("s", engineID: "e1"), now: .second(1))
        let again = fleet.start(.sample("s", engineID: "e1"), now: .second(9))
        #expect(first.stream == again.stream)
        #expect(again.changes.isEmpty)
        #expect(fleet.streams.count == 1)
    }

    @Test func lateRepetitionOfAStartDoesNotReviveAnEndedStream() {
        var fleet = FleetState.fixture(engines: 1)
        _ = fleet.start(.sample("s", engineID: "e1"), now: .second(1))
        _ = fleet.endStream(id: "abc|s", reason: "completed", now: .second(2))
        let again = fleet.start(.sample("s", engineID: "e1"), now: .second(3))
        #expect(again.stream.endedAt == .second(2))
        #expect(fleet.streams.isEmpty)
    }

    @Test func unknownEndEndsNothing() {
        var fleet = FleetState.fixture(engines: 1)
        _ = fleet.start(.sample("s", engineID: "e1"), now: .second(1))
        #expect(fleet.endStream(id: "abc|fetch_failed", reason: "error", now: .second(2)).isEmpty)
        #expect(fleet.streams.count == 1)
    }

    @Test func engineIsFoundByItsAddressAndLoopbackNamesAreOne() {
        var fleet = FleetState.fixture(engines: 2)
        let endpoint = EngineEndpoint(host: "localhost", port: 19002)
        #expect(fleet.start(.sample("s", endpoint: endpoint), now: .second(1)).stream.engineID == "e2")
    }

    @Test func streamOfAnUnknownEngineIsRecordedButNeverAttached() {
        var fleet = FleetState.fixture(engines: 1)
        let endpoint = EngineEndpoint(host: "10.0.0.1", port: 6878)
        let stream = fleet.start(.sample("s", engineID: "stranger", endpoint: endpoint), now: .second(1)).stream
        #expect(!stream.isAttached)
        #expect(fleet.streams.count == 1)
        #expect(fleet.load(of: "stranger") == 0 && fleet.load(of: "e1") == 0)
    }

    @Test func streamsOfALostEngineEndWithTheReason() {
        var fleet = FleetState.fixture(engines: 2)
        _ = fleet.start(.sample("s", engineID: "e1"), now: .second(1))
        let survivors = fleet.engines.values.filter { $0.id == "e2" }
        _ = fleet.observe(running: Array(survivors), begunAt: .second(5), now: .second(6))
        #expect(fleet.endedStreams["abc|s"]?.endReason == "engine_lost")
        #expect(fleet.engines.count == 1)
    }

    @Test func observationSaysNothingAboutEnginesThatJoinedAfterItBegan() {
        var fleet = FleetState.fixture(engines: 1, now: .second(10))
        #expect(fleet.observe(running: [], begunAt: .second(9), now: .second(11)).isEmpty)
        #expect(fleet.engines.count == 1)
    }

    @Test func staleObservationDoesNotBringARemovedEngineBack() {
        var fleet = FleetState.fixture(engines: 1)
        let engine = Array(fleet.engines.values)
        _ = fleet.remove("e1", reason: .surplus, now: .second(10))
        _ = fleet.observe(running: engine, begunAt: .second(9), now: .second(11))
        #expect(fleet.engines.isEmpty)
        _ = fleet.observe(running: engine, begunAt: .second(12), now: .second(13))
        #expect(fleet.engines.count == 1)
    }

    @Test func restoredStreamsKeepTheirEnginesAndOrphansEnd() {
        var before = FleetState.fixture(engines: 1)
        let kept = before.start(.sample("kept", engineID: "e1"), now: .second(1)).stream
        var orphan = kept
        orphan.engineID = "gone"
        orphan = StreamRecord(
            id: "orphan", content: .sample, engineID: "gone", isAttached: true, playbackSessionID: "o", statURL: "",
            commandURL: "", isLive: true, startedAt: .second(1))
        var after = FleetState.fixture(engines: 1)
        _ = after.restore([kept, orphan], now: .second(20))
        #expect(after.streamIDs(of: "e1") == [kept.id])
        #expect(after.endedStreams["orphan"]?.endReason == "engine_lost")
        #expect(after.lease(id: "l", content: .sample, holder: "", now: .second(21)) == nil)
    }

    @Test func endedStreamsAreBounded() {
        var fleet = FleetState(limits: FleetState.Limits(maxEndedStreams: 3))
        for number in 1...5 {
            _ = fleet.start(.sample("s\(number)"), now: .second(Int64(number)))
            _ = fleet.endStream(id: "abc|s\(number)", reason: "completed", now: .second(Int64(number)))
        }
        #expect(Set(fleet.endedStreams.keys) == ["abc|s3", "abc|s4", "abc|s5"])
    }
}
