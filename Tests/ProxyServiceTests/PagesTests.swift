import EngineSimulator
import Outbound
import ProxyService
import Testing

/// Everything of the proxy that is not a stream.
@Suite struct PagesTests {
    @Test(arguments: [
        ("/ace/getstream", 400, "one of `id` or `infohash` must have a value\n"),
        ("/ace/getstream/?id=a&infohash=b", 400, "only one of `id` or `infohash` can have a value\n"),
        ("/ace/getstream?id=a&pid=1", 400, "PID parameter is not allowed\n"),
        ("/ace/status", 200, "{\"status\":\"ok\",\"streams\":0}"),
        ("/ace/status?id=unknown", 404, "Stream not found\n"),
        ("/", 404, "404 page not found\n"),
    ])
    func answersAreThoseOfTheProxyItReplaces(target: String, status: Int, body: String) async throws {
        try await ProxyFixture.run { fixture in
            let answer = try await fixture.get(target)
            #expect(answer.status == status)
            #expect(answer.text == body)
            #expect(answer.header("X-Content-Type-Options") == "nosniff")
        }
    }

    @Test func headNamesTheTypeAndStartsNothing() async throws {
        try await ProxyFixture.run { fixture in
            let url = "http://127.0.0.1:\(fixture.port)/ace/getstream?id=abc"
            let answer = try await fixture.outbound.send(OutboundRequest("HEAD", url))
            #expect(answer.status == 200)
            #expect(answer.header("Content-Type") == "video/mp2t")
            let post = try await fixture.outbound.send(OutboundRequest("POST", url, body: []))
            #expect(post.status == 405)
            #expect(post.text == "Method not allowed\n")
            #expect(try await fixture.engine.state.counters.sessionsOpened == 0)
        }
    }

    @Test func aRunningStreamHasAStatus() async throws {
        try await ProxyFixture.run { fixture in
            let player = try fixture.player("abc")
            #expect(await eventually { player.state.packets > 10 })
            let answer = try await fixture.get("/ace/status?id=abc")
            #expect(
                answer.text.hasPrefix(
                    "{\"clients\":1,\"stream_id\":{},\"stat_url\":\"http://127.0.0.1:\(fixture.enginePort)/ace/stat/"))
            player.kill()
        }
    }

    @Test func withoutOrchestratorTheStaticEngineIsUsedAndSaidSo() async throws {
        try await ProxyFixture.run(environment: ["ACEXY_ORCH_URL": "http://127.0.0.1:9"]) { fixture in
            let player = try fixture.player("abc")
            #expect(await eventually { player.state.packets > 10 })
            #expect(try await fixture.get("/health").text.contains("\"orchestrator\":\"down\",\"fallback\":true"))
            #expect(try await fixture.metric("weir_proxy_fallback_active") == 1)
            #expect(try await fixture.metric("weir_proxy_leases_total{outcome=\"fallback\"}") == 1)
            player.kill()
        }
    }

    @Test func theConnectionGoesOnBehindAHeadRequest() async throws {
        try await ProxyFixture.run { fixture in
            let connection = try Connection(port: fixture.port)
            let text = await connection.exchange(
                "HEAD /ace/getstream?id=abc HTTP/1.1\r\nHost: p\r\n\r\n"
                    + "GET /ace/status HTTP/1.1\r\nHost: p\r\nConnection: close\r\n\r\n")
            let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
            #expect(parts.first?.hasPrefix("HTTP/1.1 200 OK\r\n") == true)
            #expect(parts.last?.hasPrefix("HTTP/1.1 200 OK\r\n") == true, "\(text)")
        }
    }

    /// Like an orchestrator that was stopped with a signal: the system accepts its connections, nobody answers.
    @Test func aHungOrchestratorDelaysAStartNoLongerThanItsTimeout() async throws {
        let hung = try Connection.silentListener()
        defer { hung.stop() }
        let environment = [
            "ACEXY_ORCH_URL": "http://127.0.0.1:\(hung.port)", "ACEXY_ORCH_TIMEOUT": "1s",
            "ACEXY_NO_RESPONSE_TIMEOUT": "60s",
        ]
        try await ProxyFixture.run(environment: environment) { fixture in
            let player = try fixture.player("abc")
            #expect(await eventually { player.state.packets > 10 })
            #expect(try await fixture.metric("weir_proxy_leases_total{outcome=\"fallback\"}") == 1)
            player.kill()
        }
    }
}
