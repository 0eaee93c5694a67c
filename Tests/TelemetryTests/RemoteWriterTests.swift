import Foundation
import NIOConcurrencyHelpers
import Telemetry
import Testing

/// The sender with its queue and its spool, in a time of its own.
@Suite struct RemoteWriterTests {
    @Test(.timeLimit(.minutes(1)))
    func aReceiverThatFailsGetsEverythingInOrderWithLongerAndLongerWaits() async throws {
        let receiver = FakeReceiver { attempt, _ in
            switch attempt {
            case 0: .answered(status: 500)
            case 1: .failed("no connection")
            case 2: .answered(status: 429, retryAfter: 33)
            default: .answered(status: 204)
            }
        }
        let rig = Rig(receiver: receiver)
        for round in 0..<3 { await rig.record(round) }
        await rig.drain(until: 3)
        #expect(receiver.values == [0, 1, 2])
        #expect(receiver.attempts == 6)
        let waits = rig.time.sleeps
        try #require(waits.count == 3)
        #expect(waits[0] <= .seconds(1) && waits[1] > .milliseconds(999) && waits[2] == .seconds(33))
        #expect(rig.metric("samples_sent_total") == 3)
        #expect(rig.metric("samples_retried_total") == 3)
        #expect(rig.metric("last_success_timestamp_seconds") > 1_000_000)
        #expect(rig.notices == [.failing("status 500"), .recovered])
        #expect(
            receiver.headers.map { $0.map { "\($0.name): \($0.value)" } }.first == [
                "Content-Type: application/x-protobuf", "Content-Encoding: snappy",
                "X-Prometheus-Remote-Write-Version: 0.1.0", "User-Agent: weir",
            ])
    }

    @Test(.timeLimit(.minutes(1)))
    func whatIsRefusedIsDroppedCountedAndNeverSentAgain() async throws {
        let receiver = FakeReceiver { _, value in .answered(status: value == 1 ? 400 : 200, message: "out of order") }
        let rig = Rig(receiver: receiver)
        for round in 0..<3 { await rig.record(round) }
        await rig.drain(until: 2)
        #expect(receiver.attempts == 3 && receiver.values == [0, 2])
        #expect(rig.time.sleeps == [])
        #expect(rig.metric("samples_dropped_total{reason=\"refused\"}") == 1)
        #expect(rig.metric("samples_sent_total") == 2)
        #expect(rig.notices == [.refused("status 400: out of order"), .recovered])
    }

    @Test(.timeLimit(.minutes(1)))
    func aFullMemoryDropsTheOldestAndCountsThem() async throws {
        let receiver = FakeReceiver()
        let rig = Rig(receiver: receiver) { $0.memoryRequests = 3 }
        for round in 0..<10 { await rig.record(round) }
        #expect(rig.metric("samples_dropped_total{reason=\"queue_full\"}") == 7)
        #expect(rig.metric("queue_requests{place=\"memory\"}") == 3)
        #expect(rig.metric("queue_bytes{place=\"memory\"}") > 100)
        #expect(rig.notices == [.overflowing])
        await rig.drain(until: 3)
        #expect(receiver.values == [7, 8, 9])
        #expect(rig.metric("queue_requests{place=\"memory\"}") == 0)
    }

    @Test(.timeLimit(.minutes(1)))
    func theSpoolSurvivesACrashAndIsSentFirst() async throws {
        let folder = try SpoolFolder()
        defer { folder.delete() }
        let configure: (inout RemoteWriteConfiguration) -> Void = {
            $0.memoryRequests = 2
            $0.spoolFolder = folder.path + "/a/b"
        }
        do {
            let dead = Rig(receiver: FakeReceiver(), configure: configure)
            await dead.writer.open()
            for round in 0..<6 { await dead.record(round) }
            #expect(dead.metric("queue_requests{place=\"spool\"}") == 4)
            #expect(dead.metric("queue_requests{place=\"memory\"}") == 2)
        }
        try await folder.unlocked("a/b")
        // A write that the crash cut short, and files that are none of ours.
        for name in ["00000000000000000003-1.request.new", "x.request", "notes.txt"] {
            try Data("rubbish".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/a/b/\(name)"))
        }
        let receiver = FakeReceiver()
        let rig = Rig(receiver: receiver, startingAt: 60_000, configure: configure)
        await rig.writer.open()
        await rig.record(100)
        await rig.drain(until: 5)
        #expect(receiver.values == [0, 1, 2, 3, 100])
        #expect(receiver.timestamps == receiver.timestamps.sorted())
        #expect(try folder.requests("a/b") == ["x.request"])
        #expect(rig.notices == [])
    }

    @Test(.timeLimit(.minutes(1)))
    func aFullSpoolDropsItsOldest() async throws {
        let folder = try SpoolFolder()
        defer { folder.delete() }
        let rig = Rig(receiver: FakeReceiver()) {
            $0.memoryRequests = 1
            $0.spoolFolder = folder.path
            $0.spoolBytes = 300
        }
        await rig.writer.open()
        for round in 0..<20 { await rig.record(round) }
        let size = try folder.requests("").reduce(0) { $0 + (try folder.size($1)) }
        #expect(size <= 300 && size > 200)
        #expect(Double(size) == rig.metric("queue_bytes{place=\"spool\"}"))
        let kept = Int(rig.metric("queue_requests{place=\"spool\"}")) + 1
        #expect(rig.metric("samples_dropped_total{reason=\"queue_full\"}") == Double(20 - kept))
        await rig.drain(until: kept)
        #expect(rig.receiver.values == (20 - kept..<20).map(Double.init))
    }

    @Test(.timeLimit(.minutes(1)))
    func twoSendersDoNotShareASpool() async throws {
        let folder = try SpoolFolder()
        defer { folder.delete() }
        let first = Rig(receiver: FakeReceiver()) { $0.spoolFolder = folder.path }
        await first.writer.open()
        let second = Rig(receiver: FakeReceiver()) { $0.spoolFolder = folder.path }
        await second.writer.open()
        #expect(second.notices == [.spoolUnavailable("\(folder.path) is in use by another process")])
        await second.record(1)
        await second.drain(until: 1)
        #expect(second.receiver.values == [1])
        await first.writer.finish(within: .seconds(1))
    }

    @Test(.timeLimit(.minutes(1)))
    func theEndMarksEverySeriesAndSendsIt() async throws {
        let rig = Rig(receiver: FakeReceiver(), reallySleeps: true)
        await rig.record(1)
        await rig.writer.finish(within: .seconds(60))
        let received = rig.receiver.received
        #expect(received.count == 2)
        #expect(received.last?.series.map(\.isStale) == [true])
        #expect(received.last?.series.map(\.labels) == received.first?.series.map(\.labels))
    }

    @Test(.timeLimit(.minutes(1)))
    func whatCannotBeSentAtTheEndGoesToTheSpoolOrIsCounted() async throws {
        let folder = try SpoolFolder()
        defer { folder.delete() }
        let down = FakeReceiver { _, _ in .failed("down") }
        let keeping = Rig(receiver: down, reallySleeps: true) { $0.spoolFolder = folder.path }
        await keeping.writer.open()
        await keeping.record(1)
        await keeping.writer.finish(within: .seconds(60))
        #expect(down.attempts == 1)
        #expect(try folder.requests("").count == 2)

        let next = Rig(receiver: FakeReceiver(), startingAt: 90_000) { $0.spoolFolder = folder.path }
        await next.writer.open()
        await next.drain(until: 2)
        #expect(next.receiver.received.last?.series.first?.isStale == true)
        #expect(try folder.requests("").isEmpty)

        let losing = Rig(receiver: down, reallySleeps: true)
        await losing.record(1)
        await losing.writer.finish(within: .seconds(60))
        #expect(losing.metric("samples_dropped_total{reason=\"shutdown\"}") == 2)
    }

    @Test(.timeLimit(.minutes(1)))
    func aReceiverThatHangsDoesNotHoldUpTheEnd() async throws {
        let folder = try SpoolFolder()
        defer { folder.delete() }
        let hanging = FakeReceiver { _, _ in nil }
        let rig = Rig(receiver: hanging, reallySleeps: true) { $0.spoolFolder = folder.path }
        await rig.writer.open()
        await rig.record(1)
        await rig.writer.finish(within: .milliseconds(20))
        #expect(try folder.requests("").count == 2)
    }

    @Test(.timeLimit(.minutes(1)))
    func aLargeSnapshotIsSeveralRequestsAndTimeNeverGoesBack() async throws {
        let rig = Rig(receiver: FakeReceiver()) { $0.maximumSamplesPerRequest = 10 }
        let family = GaugeFamily<NoLabels>("depth", "A test.").family
        let children = (0..<25).map {
            ChildSnapshot(labels: [LabelPair("n", "\($0)")], created: nil, value: .gauge(0))
        }
        await rig.writer.record([FamilySnapshot(family: family, children: children)])
        rig.time.advance(by: .seconds(-100))
        await rig.writer.record([FamilySnapshot(family: family, children: children)])
        await rig.drain(until: 6)
        #expect(rig.receiver.received.map(\.series.count) == [10, 10, 5, 10, 10, 5])
        let timestamps = rig.receiver.timestamps
        #expect(Set(timestamps).count == 2 && timestamps == timestamps.sorted())
    }

    @Test func theSendersOwnFamiliesMayBeRegistered() {
        #expect(RemoteWriteFamilies.all.flatMap(\.problems) == [])
    }
}
