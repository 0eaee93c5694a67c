import EngineSimulator
import Foundation
import Testing
import TransportStream

@Suite struct TemperTests {
    @Test func deadContentFailsToLoadByIdAndByInfohash() async throws {
        try await EngineFixture.run({ $0.temper.dead = ["bad"] }) { engine in
            let answer = try await engine.get("/ace/getstream?id=bad&format=json")
            #expect(answer.status == 200)
            #expect(answer.text == #"{"response":null,"error":"failed to load content"}"#)
            _ = try await engine.changeTemper(#"{"dead":[]}"#)
            let infohash = try #require(try await engine.open("id=bad")["infohash"])
            _ = try await engine.changeTemper(#"{"dead":["bad"]}"#)
            #expect(try await engine.get("/ace/getstream?infohash=\(infohash)").text.contains("failed to load"))
            _ = try await engine.open("id=good")
        }
    }

    @Test func theSessionLimitIsToldInTheEnginesForm() async throws {
        try await EngineFixture.run({ $0.temper.maxSessions = 1 }) { engine in
            let session = try await engine.open("id=a")
            #expect(
                try await engine.get("/ace/getstream?id=b&format=json").text
                    == #"{"response":null,"error":"too many sessions"}"#)
            _ = try await engine.get((session["command_url"] ?? "") + "?method=stop")
            _ = try await engine.open("id=b")
        }
    }

    @Test func aNewSessionOfAPlayerReplacesItsFormerOne() async throws {
        try await EngineFixture.run { engine in
            let player = try await engine.play(try await engine.open("id=a&pid=1"))
            _ = try await engine.open("id=b&pid=1")
            _ = try await player.readToEnd()
            _ = try await engine.open("id=b&pid=2")
            try await engine.wait { $0.sessions.count == 2 && $0.counters.sessionsStopped == 1 }
        }
    }

    @Test func theStartDelayHoldsTheFirstByteBack() async throws {
        try await EngineFixture.run({ $0.temper.startDelay = .fixed(nanoseconds: 1_500_000_000) }) { engine in
            let start = ContinuousClock.now
            let session = try await engine.open("id=a")
            let status = try await engine.get(session["stat_url"] ?? "").text
            // A machine that took longer than the delay to answer has nothing to say about it.
            let isEarly = ContinuousClock.now - start < .milliseconds(1500)
            #expect(!isEarly || status.contains(#""status":"prebuf""#))
            let player = try await engine.play(session)
            _ = try await player.read(188)
            #expect(ContinuousClock.now - start >= .milliseconds(1500))
        }
    }

    @Test func silentContentOpensButSendsNothing() async throws {
        try await EngineFixture.run({ $0.temper.silent = ["quiet"] }) { engine in
            let session = try await engine.open("id=quiet")
            await #expect(throws: TestClient.Failure.self) { try await engine.play(session, timeout: 1) }
            #expect(try await engine.engine.state.counters.bytesSent == 0)
        }
    }

    @Test func aStallHoldsPlaybackUntilTheTemperChanges() async throws {
        try await EngineFixture.run { engine in
            let player = try await engine.play(try await engine.open("id=a"), timeout: 1)
            _ = try await player.read(188)
            #expect(try await engine.changeTemper(#"{"stall_after":0}"#).status == 200)
            await #expect(throws: TestClient.Failure.self) { _ = try await player.readToEnd() }
            #expect(try await engine.changeTemper(#"{"stall_after":null}"#).status == 200)
            let sent = try await engine.engine.state.counters.bytesSent
            try await engine.wait { $0.counters.bytesSent > sent }
        }
    }

    @Test func closingEndsPlaybackOnce() async throws {
        try await EngineFixture.run { engine in
            let session = try await engine.open("id=a")
            let player = try await engine.play(session)
            #expect(try await engine.changeTemper(#"{"close_after":0.05}"#).status == 200)
            _ = try await player.readToEnd()
            let next = try await engine.play(session)
            _ = try await next.read(188 * 100)
        }
    }

    @Test func aCrashTakesTheListenerWithIt() async throws {
        try await EngineFixture.run { engine in
            let player = try await engine.play(try await engine.open("id=a"))
            #expect(try await engine.changeTemper(#"{"crash_after":0.05}"#).status == 200)
            _ = try await player.readToEnd()
            #expect(throws: TestClient.Failure.self) { try TestClient(port: engine.port) }
        }
    }

    @Test func aHangingEngineAnswersOnlyItsControlEndpoints() async throws {
        try await EngineFixture.run({ $0.temper.hang = true }) { engine in
            let client = try TestClient(port: engine.port, timeout: 1)
            await #expect(throws: TestClient.Failure.self) { _ = try await client.request("/server/api") }
            #expect(try await engine.get("/sim/state").status == 200)
            #expect(try await engine.changeTemper(#"{"hang":false}"#).status == 200)
            _ = try await engine.open("id=a")
        }
    }

    @Test func oneReaderAtATimeWhenSeveralAreNotAllowed() async throws {
        try await EngineFixture.run({ $0.temper.multipleReaders = false }) { engine in
            let session = try await engine.open("id=a")
            let player = try await engine.play(session)
            #expect(try await engine.get(session["playback_url"] ?? "").status == 403)
            _ = try await player.read(188 * 10)
            let replacing = try await engine.open("id=a&stop_prev_read_thread=1")
            let first = try await engine.play(replacing)
            let second = try await engine.play(replacing)
            _ = try await first.readToEnd()
            _ = try await second.read(188)
        }
    }

    @Test(arguments: [
        (#"{"stall_after":"soon"}"#, "stall_after"), (#"{"colour":1}"#, "colour"), (#"{"hang":1}"#, "hang"),
        (#"{"max_sessions":-1}"#, "max_sessions"), (#"{"dead":"x"}"#, "dead"), (#"{"dead":[1]}"#, "dead"),
        (#"{"start_delay":"exp:"}"#, "start_delay"), ("[]", "body"), ("{", "body"),
        (#"{"hang":true,"close_after":-1}"#, "close_after"),
    ])
    func badTempersAreRefusedAndChangeNothing(body: String, field: String) async throws {
        try await EngineFixture.run { engine in
            let answer = try await engine.changeTemper(body)
            #expect(answer.status == 422)
            let detail = try #require(try answer.json["detail"] as? [[String: Any]])
            #expect(detail.first?["field"] as? String == field)
            #expect(try await engine.engine.state.temper == Temper())
        }
    }

    @Test(arguments: [
        ("500ms", DelayDistribution.fixed(nanoseconds: 500_000_000)), ("2", .fixed(nanoseconds: 2_000_000_000)),
        ("exp:1.5s", .exponential(mean: 1_500_000_000)),
        ("uniform:1s-3s", .uniform(from: 1_000_000_000, to: 3_000_000_000)),
        ("lognormal:2s,0.5", .logNormal(median: 2_000_000_000, sigma: 0.5)),
    ])
    func delaysAreReadAndWritten(text: String, delay: DelayDistribution) {
        #expect(DelayDistribution(parsing: text) == delay)
        #expect(DelayDistribution(parsing: delay.text) == delay)
    }

    @Test(arguments: ["", "-1s", "soon", "exp:", "uniform:3s-1s", "uniform:1s", "lognormal:1s", "gauss:1s"])
    func malformedDelaysAreRefused(text: String) {
        #expect(DelayDistribution(parsing: text) == nil)
    }

    @Test func drawnDelaysHaveTheirMeanAndAreReproducible() {
        let distributions: [(DelayDistribution, ClosedRange<Double>)] = [
            (.exponential(mean: 1000), 900...1100), (.uniform(from: 500, to: 1500), 950...1050),
            (.logNormal(median: 1000, sigma: 0.5), 1050...1220),
        ]
        for (distribution, expected) in distributions {
            var first = SeededGenerator(seed: 7)
            var second = SeededGenerator(seed: 7)
            let draws = (0..<10_000).map { _ in distribution.draw(using: &first) }
            #expect(draws == (0..<10_000).map { _ in distribution.draw(using: &second) }, "seed 7")
            let mean = Double(draws.reduce(0, +)) / 10_000
            #expect(expected.contains(mean), "seed 7: mean \(mean)")
        }
    }
}
