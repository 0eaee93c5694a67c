import Outbound
import ProxyService
import TestSupport
import Testing
import TransportStream

/// Engines that answer with what their API does not promise: refused within a bound, counted for what it is, and never
/// followed elsewhere.
@Suite(.serialized) struct BadAnswerTests {
    /// An answer to a start, and how it is counted.
    struct StartCase: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let outcome: String
        /// How the start ends.
        let start: String
        let steps: [ScriptedEngine.Step]

        init(_ description: String, _ outcome: String, start: String? = nil, _ steps: [ScriptedEngine.Step]) {
            testDescription = description
            self.outcome = outcome
            self.start = start ?? (outcome == "timeout" ? outcome : "engine_error")
            self.steps = steps
        }
    }

    private static let head = "HTTP/1.1 200 OK\r\n"
    private static let longLine = Array("X-Padding: \(String(repeating: "x", count: 1000))\r\n".utf8)
    static let starts: [StartCase] = [
        .init("HTML", "malformed_answer", [.text(ScriptedEngine.json("<html><body>It works</body></html>"))]),
        .init("half JSON", "malformed_answer", [.text(ScriptedEngine.json("{\"response\":{\"playback_url\":\"/a"))]),
        .init("empty body", "malformed_answer", [.text(ScriptedEngine.json(""))]),
        .init("null", "malformed_answer", [.text(ScriptedEngine.json("{\"response\":null,\"error\":null}"))]),
        .init("deep JSON", "malformed_answer", [.text(ScriptedEngine.json(String(repeating: "[", count: 500_000)))]),
        .init(
            "URL with a line break", "malformed_answer",
            [.text(ScriptedEngine.json(ScriptedEngine.started(at: "/a\\r\\nX: y")))]),
        .init("endless body", "malformed_answer", [.text(head + "\r\n"), .forever(longLine, pause: .zero)]),
        .init("10 MB", "malformed_answer", [.text(ScriptedEngine.json(String(repeating: " ", count: 10_000_000)))]),
        .init("endless headers", "malformed_answer", [.text(head), .forever(longLine, pause: .zero)]),
        .init(
            "endless header", "malformed_answer",
            [.text(head + "X: "), .forever([UInt8](repeating: 0x78, count: 1000), pause: .zero)]),
        .init("no HTTP", "malformed_answer", [.text("220 ready\r\n\r\n")]),
        .init("nothing", "connection", []),
        .init("broken off", "connection", [.text(head + "Content-Length: 100\r\n\r\n{")]),
        .init("drip", "timeout", [.drip(Array((head + "X-Slow: 1\r\n").utf8), pause: .milliseconds(200)), .wait]),
        .init("silence", "timeout", [.wait]),
        .init("404", "refused", [.text(ScriptedEngine.json("{}", status: "404 Not Found"))]),
        .init("500", "refused", [.text(ScriptedEngine.json("{}", status: "500 Oops"))]),
        .init("204", "refused", [.text("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")]),
        .init("status 0", "malformed_answer", [.text("HTTP/1.1 000 ?\r\nConnection: close\r\n\r\n")]),
        .init("redirect to itself", "refused", [.text(redirect("/ace/getstream?id=a"))]),
    ]

    private static func redirect(_ place: String) -> String {
        "HTTP/1.1 302 Found\r\nLocation: \(place)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    }

    private func run(
        _ engine: ScriptedEngine, environment: [String: String] = ["ACEXY_NO_RESPONSE_TIMEOUT": "1s"],
        _ body: (ProxyFixture) async throws -> Void
    ) async throws {
        defer { engine.stop() }
        try await ProxyFixture.run(port: engine.port, environment: environment) { fixture in
            try await body(fixture)
            for gauge in ["weir_proxy_sessions", "weir_proxy_viewers", "weir_proxy_engine_calls_in_flight"] {
                #expect(try await eventually { try await fixture.metric(gauge) == 0 }, "\(gauge)")
            }
        }
    }

    private func expectRefusal(
        _ fixture: ProxyFixture, _ operation: String, _ outcome: String, start: String = "engine_error"
    ) async throws {
        let noise = SchedulingNoise()
        let begin = ContinuousClock.now
        let answer = try await fixture.get("/ace/getstream?id=a")
        #expect(begin.duration(to: .now) < .seconds(6) + noise.total)
        #expect(answer.status == 500)
        #expect(answer.text.hasPrefix("Failed to start stream: "))
        let calls = "weir_proxy_engine_calls_total{operation=\"\(operation)\",outcome=\"\(outcome)\"}"
        #expect(try await eventually { try await fixture.metric(calls) == 1 })
        #expect(try await fixture.metric("weir_proxy_stream_starts_total{outcome=\"\(start)\"}") == 1)
    }

    @Test(arguments: starts) func aStartAnsweredWrongly(_ wrong: StartCase) async throws {
        let engine = try ScriptedEngine { _ in wrong.steps }
        try await run(engine) { fixture in
            try await expectRefusal(fixture, "start", wrong.outcome, start: wrong.start)
            // Nothing was asked for twice, and nothing but what the sockets hold was taken.
            #expect(engine.requests() == 1)
            #expect(engine.sentBytes < 16 << 20)
        }
    }

    @Test func aRedirectLeadsNowhere() async throws {
        let elsewhere = try ScriptedEngine { _ in [] }
        defer { elsewhere.stop() }
        let place = "http://127.0.0.1:\(elsewhere.port)/ace/getstream?id=a"
        let engine = try ScriptedEngine { _ in [.text(Self.redirect(place))] }
        try await run(engine) { fixture in
            try await expectRefusal(fixture, "start", "refused")
            #expect(engine.requests() == 1)
            #expect(elsewhere.requests() == 0)
        }
    }

    /// Whatever host an engine names, everything is asked of the engine itself.
    @Test(arguments: ["http://127.0.0.1:", "http://user@127.0.0.1:", "https://127.0.0.1:"])
    func addressesElsewhereAreNotFetched(place: String) async throws {
        let elsewhere = try ScriptedEngine { _ in [] }
        defer { elsewhere.stop() }
        let started = ScriptedEngine.started(at: place + "\(elsewhere.port)")
        let engine = try ScriptedEngine { target in
            switch target {
            case _ where target.hasPrefix("/ace/getstream"): [.text(ScriptedEngine.json(started))]
            case _ where target.hasPrefix("/ace/cmd/"): [.text(ScriptedEngine.json("{\"response\":\"ok\"}"))]
            default: [.text("HTTP/1.1 200 OK\r\n\r\n"), .paced(Self.packets(2000)), .wait]
            }
        }
        try await run(engine) { fixture in
            let player = try fixture.player()
            #expect(await eventually { player.state.packets > 10 })
            let status = try await fixture.get("/ace/status?id=abc").text
            #expect(status.contains("\"stat_url\":\"http://127.0.0.1:\(engine.port)/ace/stat/1/2\""))
            player.kill()
            #expect(await eventually { engine.requests("/ace/cmd/1/2?method=stop") == 1 })
            #expect(engine.requests("/ace/r/1/2") == 1)
            #expect(elsewhere.requests() == 0)
        }
    }

    static let playbacks: [StartCase] = [
        .init("HTML", "malformed_answer", [.text(head + "Content-Type: text/html\r\n\r\n<html>It works</html>")]),
        .init("JSON", "malformed_answer", [.text(ScriptedEngine.json("{\"response\":null,\"error\":\"no\"}"))]),
        .init("no HTTP", "malformed_answer", [.send(packets(200)), .wait]),
        .init("redirect", "malformed_answer", [.text(redirect("/ace/r/1/2"))]),
        .init("404", "malformed_answer", [.text(ScriptedEngine.json("{}", status: "404 Not Found"))]),
        .init("206", "malformed_answer", [.text(head.replacing("200", with: "206") + "\r\n"), .send(packets(9))]),
        .init("endless headers", "malformed_answer", [.text(head), .forever(longLine, pause: .zero)]),
        .init(
            "endless header", "malformed_answer",
            [.text(head + "X: "), .forever([UInt8](repeating: 0x78, count: 1000), pause: .zero)]),
        .init("another coding", "malformed_answer", [.text(head + "Transfer-Encoding: gzip, chunked\r\n\r\n"), .wait]),
        .init("length in words", "malformed_answer", [.text(head + "Content-Length: many\r\n\r\n"), .wait]),
        .init("signed length", "malformed_answer", [.text(head + "Content-Length: +9\r\n\r\n"), .wait]),
        .init(
            "two lengths", "malformed_answer", [.text(head + "Content-Length: 9\r\nContent-Length: 8\r\n\r\n"), .wait]),
        .init("chunk without size", "malformed_answer", [.text(chunked + "\r\nabc\r\n"), .wait]),
        .init("chunk with a word", "malformed_answer", [.text(chunked + "xyz\r\n"), .wait]),
        .init("signed chunk", "malformed_answer", [.text(chunked + "-1\r\n"), .wait]),
        .init("huge chunk", "malformed_answer", [.text(chunked + "fffffffffffffffff\r\n"), .wait]),
        .init("bare line feed", "malformed_answer", [.text(chunked + "5\nhello\n"), .wait]),
        .init("chunk longer than said", "malformed_answer", [.text(chunked + "1\r\nhello\r\n"), .wait]),
        .init(
            "endless extension", "ok", start: "timeout",
            [.text(chunked + "5;"), .forever(longLine.dropLast(2), pause: .zero)]),
        .init("nothing", "connection", []),
        .init("half a head", "connection", [.text(head + "Content-Ty")]),
        .init("empty body", "ok", [.text(head + "Content-Length: 0\r\n\r\n"), .wait]),
        .init("empty chunked body", "ok", [.text(chunked + "0\r\n\r\n"), .wait]),
        .init("head without body", "ok", [.text(head + "\r\n")]),
        .init("drip", "timeout", [.drip(Array((head + "X-Slow: 1\r\n").utf8), pause: .milliseconds(200)), .wait]),
        .init("silence", "timeout", [.wait]),
    ]
    private static let chunked = head + "Transfer-Encoding: chunked\r\n\r\n"

    @Test(arguments: playbacks) func aStreamAnsweredWrongly(_ wrong: StartCase) async throws {
        let engine = try ScriptedEngine.playing(wrong.steps)
        try await run(engine) { fixture in
            try await expectRefusal(fixture, "play", wrong.outcome, start: wrong.start)
            #expect(engine.requests("/ace/r/1/2") == 1)
            // The session was opened, and is ended.
            #expect(await eventually { engine.requests("/ace/cmd/1/2?method=stop") == 1 })
            #expect(engine.sentBytes < 48 << 20)
        }
    }

    private static func packets(_ count: Int) -> [UInt8] {
        (0..<count).flatMap { number in
            [TransportPacket.syncByte, 1, 0, UInt8(0x10 | number & 0xF)]
                + [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: TransportPacket.size - 4)
        }
    }
}
