import EngineSimulator
import Foundation
import Outbound
import ProxyService
import ServiceLifecycle
import Settings
import Testing

/// `/health/ready`: whether a balancer should send players here.
@Suite struct ReadinessTests {
    @Test func readyWithAnEngineAndNotWithout() async throws {
        let engine = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let port = try await engine.start()
        let other = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        try await ProxyFixture.run(engine: other, port: port) { fixture async throws in
            #expect(try await eventually { try await fixture.get("/health/ready").status == 200 })
            #expect(try await fixture.get("/health/ready").text.contains("\"static_engine\":\"reachable\""))
            await engine.stop()
            #expect(try await eventually { try await fixture.get("/health/ready").status == 503 })
            #expect(try await fixture.get("/health/ready").text.contains("\"reasons\":[\"no_engine\"]"))
            #expect(try await fixture.get("/health").status == 200)
        }
    }

    @Test func anOrchestratorThatIsDownLeavesTheStaticEngine() async throws {
        try await ProxyFixture.run(environment: ["ACEXY_ORCH_URL": "http://127.0.0.1:9"]) { fixture async throws in
            #expect(
                try await eventually {
                    let answer = try await fixture.get("/health/ready")
                    return answer.status == 200 && answer.text.contains("\"orchestrator\":\"down\"")
                })
        }
    }

    @Test func atALimitTheProxyIsNotReady() async throws {
        try await ProxyFixture.run(environment: ["ACEXY_MAX_SESSIONS": "1"]) { fixture async throws in
            #expect(try await eventually { try await fixture.get("/health/ready").status == 200 })
            let player = try fixture.player()
            #expect(await eventually { player.state.packets > 10 })
            let answer = try await fixture.get("/health/ready")
            #expect(answer.status == 503)
            #expect(answer.text.contains("\"reasons\":[\"session_limit\"]"))
            player.kill()
            #expect(try await eventually { try await fixture.get("/health/ready").status == 200 })
        }
    }

    @Test func aShutdownIsAnnouncedWhileEverythingIsStillServed() async throws {
        let engine = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let enginePort = try await engine.start()
        let settings = try ProxySettings(environment: [
            "ACEXY_LISTEN_ADDR": "127.0.0.1:0", "ACEXY_HOST": "127.0.0.1", "ACEXY_PORT": "\(enginePort)",
            "ACEXY_DRAIN_DELAY": "4s",
        ])
        let server = try ProxyServer(settings: settings, logger: ProxyFixture.silent)
        let port = try await server.bind()
        let group = ServiceGroup(services: [server], logger: ProxyFixture.silent)
        let running = Task { try await group.run() }
        @Sendable func ready() async throws -> String {
            await (try Connection(port: port)).exchange(
                "GET /health/ready HTTP/1.1\r\nHost: p\r\nConnection: close\r\n\r\n")
        }
        #expect(try await eventually { try await ready().hasPrefix("HTTP/1.1 200") })
        let first = try Player(port: port, target: "/ace/getstream?id=abc")
        #expect(await eventually { first.state.packets > 10 })
        let begin = ContinuousClock.now
        await group.triggerGracefulShutdown()
        #expect(
            try await eventually {
                let answer = try await ready()
                return answer.hasPrefix("HTTP/1.1 503") && answer.contains("\"draining\"")
            })
        let second = try Player(port: port, target: "/ace/getstream?id=abc")
        #expect(await eventually { second.state.packets > 10 || second.state.isClosed })
        #expect(second.state.status == 200)
        try await running.value
        #expect(begin.duration(to: .now) >= .seconds(4))
        #expect(await eventually { first.state.isClosed && second.state.isClosed })
        #expect(first.state.endedCleanly)
        await engine.stop()
    }
}
