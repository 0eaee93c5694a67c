import EngineSimulator
import Foundation
import Outbound
import Testing

/// What the orchestrator is sent, and what players are told of its refusals: field by field as recorded from a run.
@Suite struct OrchestratorContractTests {
    struct Started: Decodable, Equatable {
        struct Engine: Decodable, Equatable { var host: String, port: Int }
        struct Stream: Decodable, Equatable { var key_type: String, key: String }
        struct Session: Decodable, Equatable {
            var playback_session_id: String, stat_url: String, command_url: String, is_live: Int
        }
        var container_id: String?
        var engine: Engine
        var stream: Stream
        var session: Session
        var labels: [String: String]
    }

    struct Ended: Decodable, Equatable {
        var container_id: String?
        var stream_id: String
        var reason: String
    }

    private static func names(in body: String) throws -> Set<String> {
        func walk(_ value: Any, _ path: String) -> Set<String> {
            guard let object = value as? [String: Any] else { return [path] }
            return object.reduce(into: []) { $0.formUnion(walk($1.value, path.isEmpty ? $1.key : "\(path).\($1.key)")) }
        }
        return walk(try JSONSerialization.jsonObject(with: Data(body.utf8)), "")
    }

    @Test(arguments: [
        ("id=abc", "content_id", "abc"), ("content_id=abc", "content_id", "abc"), ("infohash=ABC", "infohash", "ABC"),
        ("url=http://h/a.torrent", "url", "http://h/a.torrent"), ("magnet=magnet:?xt=1", "magnet", "magnet:?xt=1"),
    ])
    func eventsAndLeasesHaveTheContractsFields(query: String, kind: String, key: String) async throws {
        let engine = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let enginePort = try await engine.start()
        let orchestrator = try await ScriptedOrchestrator(enginePort: enginePort)
        let environment = [
            "ACEXY_ORCH_URL": orchestrator.url, "ACEXY_ORCH_APIKEY": "secret", "ACEXY_CONTAINER_ID": "me",
        ]
        try await ProxyFixture.run(environment: environment) { fixture in
            let player = try fixture.player(query: query)
            #expect(await eventually { !orchestrator.calls("POST", "/events/stream_started").isEmpty })
            let session = try #require(try await engine.state.sessions.first)
            player.kill()
            #expect(await eventually { !orchestrator.calls("POST", "/events/stream_ended").isEmpty })

            let started = try #require(orchestrator.calls("POST", "/events/stream_started").first)
            #expect(
                try Self.names(in: started.body) == [
                    "container_id", "engine.host", "engine.port", "stream.key_type", "stream.key",
                    "session.playback_session_id", "session.stat_url", "session.command_url", "session.is_live",
                    "labels.stream_id", "lease_id",
                ])
            let event = try JSONDecoder().decode(Started.self, from: Data(started.body.utf8))
            let playbackID = try #require(event.session.stat_url.split(separator: "/").last)
            let place = "\(session.infohash)/\(playbackID)"
            let root = "http://127.0.0.1:\(enginePort)"
            #expect(
                event
                    == Started(
                        container_id: "e\(enginePort)", engine: .init(host: "127.0.0.1", port: enginePort),
                        stream: .init(key_type: kind, key: key),
                        session: .init(
                            playback_session_id: session.playbackSessionID, stat_url: "\(root)/ace/stat/\(place)",
                            command_url: "\(root)/ace/cmd/\(place)", is_live: 1),
                        labels: ["stream_id": "\(key)|\(playbackID)"]))

            let ended = try #require(orchestrator.calls("POST", "/events/stream_ended").first)
            #expect(try Self.names(in: ended.body) == ["container_id", "stream_id", "reason"])
            #expect(
                try JSONDecoder().decode(Ended.self, from: Data(ended.body.utf8))
                    == Ended(
                        container_id: "e\(enginePort)", stream_id: "\(key)|\(playbackID)",
                        reason: "client_disconnected"))
            let lease = try #require(orchestrator.calls("POST", "/engines/lease").first)
            #expect(
                try Self.names(in: lease.body) == ["content.key_type", "content.key", "wait_ms", "proxy", "exclude"])
            for call in [started, ended, lease] {
                #expect(call.headers["authorization"] == "Bearer secret")
                #expect(call.headers["content-type"] == "application/json")
            }
        }
        try await orchestrator.stop()
        await engine.stop()
    }

    @Test func withoutALeaseTheEventNamesItsSender() async throws {
        let engine = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let refusal = ScriptedOrchestrator.Refusal(status: 500, body: "")
        let orchestrator = try await ScriptedOrchestrator(enginePort: try await engine.start(), refusal: refusal)
        let environment = ["ACEXY_ORCH_URL": orchestrator.url, "ACEXY_CONTAINER_ID": "me"]
        try await ProxyFixture.run(environment: environment) { fixture in
            let player = try fixture.player()
            #expect(await eventually { !orchestrator.calls("POST", "/events/stream_started").isEmpty })
            let started = try #require(orchestrator.calls("POST", "/events/stream_started").first)
            let event = try JSONDecoder().decode(Started.self, from: Data(started.body.utf8))
            #expect(event.container_id == "me")
            #expect(event.engine == .init(host: "127.0.0.1", port: fixture.enginePort))
            #expect(try !Self.names(in: started.body).contains("lease_id"))
            #expect(started.headers["authorization"] == nil)
            player.kill()
        }
        try await orchestrator.stop()
        await engine.stop()
    }

    private static let unavailable = "Service temporarily unavailable: "
    private static let capacity = "Service at capacity: Please try again in a moment"

    private static func block(_ code: String, eta: Int) -> String {
        """
        {"detail":{"error":"provisioning_blocked","code":"\(code)","message":"m","recovery_eta_seconds":\(eta),
        "can_retry":true,"should_wait":true}}
        """
    }

    @Test(
        arguments: [
            (block("vpn_disconnected", eta: 60), nil, unavailable + "VPN connection is being restored", 60),
            (block("circuit_breaker", eta: 120), "7", unavailable + "System is recovering from errors", 7),
            (block("vpn_error", eta: 30), nil, unavailable + "VPN error during provisioning", 30),
            (block("max_capacity", eta: 0), nil, capacity, 1), (block("general_error", eta: 9), nil, capacity, 9),
            (
                #"{"type":"about:blank","code":"circuit_breaker","detail":"d"}"#, "12",
                unavailable + "System is recovering from errors", 12
            ),
            (#"{"code":"no_engine_available","detail":"d"}"#, "3", capacity, 3), ("<html>", nil, capacity, 5),
            ("", "soon", capacity, 5),
        ] as [(String, String?, String, Int)])
    func aRefusedLeaseIsToldInTheForksWords(
        body: String, retryAfter: String?, message: String, seconds: Int
    ) async throws {
        var refusal = ScriptedOrchestrator.Refusal(body: body)
        refusal.headers["Retry-After"] = retryAfter
        let orchestrator = try await ScriptedOrchestrator(enginePort: 1, refusal: refusal)
        try await ProxyFixture.run(environment: ["ACEXY_ORCH_URL": orchestrator.url]) { fixture in
            let answer = try await fixture.get("/ace/getstream?id=abc")
            #expect(answer.status == 503)
            #expect(answer.header("Retry-After") == "\(seconds)")
            #expect(answer.header("Content-Type") == "application/json")
            #expect(answer.text == "{\"error\":\"\(message)\",\"retry_after\":\(seconds)}")
        }
        try await orchestrator.stop()
    }
}
