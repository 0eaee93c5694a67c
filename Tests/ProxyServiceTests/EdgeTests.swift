import EngineSimulator
import Foundation
import Outbound
import ProxyService
import TestSupport
import Testing

/// Proxies that take other proxies for engines.
@Suite(.serialized) struct EdgeTests {
    private struct Answer: Decodable {
        struct Response: Decodable {
            let playbackUrl: String
            let statUrl: String
            let commandUrl: String
            let infohash: String
            let playbackSessionId: String
            let isLive: Int
            let isEncrypted: Int
            let clientSessionId: Int
        }

        let response: Response?
        let error: String?
    }

    private struct Status: Decodable {
        struct Response: Decodable {
            let status: String
            let downloaded: UInt64
            let infohash: String
            let playbackSessionId: String
            let isLive: Int
        }

        let response: Response?
        let error: String?
    }

    /// Runs `body` with an origin and an edge that takes it for its engine.
    private func run(
        environment: [String: String] = [:], _ body: (_ origin: ProxyFixture, _ edge: ProxyFixture) async throws -> Void
    ) async throws {
        // These tests ask how proxies work together, not how fast: a busy machine takes its time for a start.
        let patient = ["ACEXY_NO_RESPONSE_TIMEOUT": "60s"]
        try await ProxyFixture.run(environment: patient.merging(environment) { $1 }) { origin in
            try await before(origin, environment: patient) { try await body(origin, $0) }
        }
    }

    /// Runs `body` with a proxy that takes another one for its engine.
    private func before(
        _ origin: ProxyFixture, environment: [String: String] = [:], _ body: (ProxyFixture) async throws -> Void
    ) async throws {
        let edge = try await ProxyFixture.start(engine: origin.engine, port: origin.port, environment: environment)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(edge))
        } catch {
            outcome = .failure(error)
        }
        await edge.stop(isEngineLeft: true)
        try outcome.get()
    }

    /// A port that nobody listened on a moment ago.
    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRINUSE) }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ response: OutboundResponse) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(response.body))
    }

    /// Asks a proxy as an engine is asked.
    private func start(_ proxy: ProxyFixture, pid: String, id: String = "abc") async throws -> Answer {
        try decode(Answer.self, try await proxy.get("/ace/getstream?id=\(id)&format=json&pid=\(pid)"))
    }

    private func get(_ url: String, with proxy: ProxyFixture) async throws -> OutboundResponse {
        try await proxy.outbound.send(OutboundRequest("GET", url))
    }

    /// Plays what an absolute URL of a proxy names.
    private func play(_ url: String, of proxy: ProxyFixture) throws -> Player {
        let base = "http://127.0.0.1:\(proxy.port)"
        #expect(url.hasPrefix(base + "/"))
        return try Player(port: proxy.port, target: String(url.dropFirst(base.count)))
    }

    @Test func viewersOfEdgeAndOriginShareOneEngineSession() async throws {
        try await run { origin, edge in
            let far = try (0..<3).map { _ in try edge.player() }
            try #require(await eventually(within: .seconds(90)) { far.allSatisfy { $0.state.packets > 200 } })
            let near = try (0..<2).map { _ in try origin.player() }
            try #require(await eventually(within: .seconds(90)) { near.allSatisfy { $0.state.packets > 200 } })
            #expect(try await origin.engine.state.counters.sessionsOpened == 1)
            #expect(try await origin.metric("weir_proxy_viewers") == 3)
            #expect(try await edge.metric("weir_proxy_viewers") == 3)
            far.forEach { $0.kill() }
            #expect(try await eventually { try await origin.metric("weir_proxy_viewers") == 2 })
            #expect(try await eventually { try await edge.metric("weir_proxy_sessions") == 0 })
            let before = near.map(\.state.packets)
            #expect(await eventually { zip(near, before).allSatisfy { $0.state.packets > $1 + 200 } })
            for player in near + far {
                #expect(player.state.lost == 0)
                #expect(player.state.misaligned == 0)
                #expect(player.state.continuityBreaks == 0)
            }
            near.forEach { $0.kill() }
            #expect(try await eventually { try await origin.engine.state.counters.sessionsStopped == 1 })
        }
    }

    @Test func anOriginAnswersAsAnEngineDoes() async throws {
        try await ProxyFixture.run { origin in
            let first = try #require(try await start(origin, pid: "one").response)
            let second = try #require(try await start(origin, pid: "two").response)
            #expect(first.playbackUrl != second.playbackUrl)
            #expect(first.playbackSessionId != second.playbackSessionId)
            #expect(first.infohash == (try await origin.engine.state.sessions.first?.infohash))
            #expect(first.isLive == 1)
            #expect(first.isEncrypted == 0)
            #expect(first.clientSessionId == -1)
            let players = try [first, second].map { try play($0.playbackUrl, of: origin) }
            #expect(await eventually { players.allSatisfy { $0.state.packets > 200 } })
            #expect(try await origin.engine.state.counters.sessionsOpened == 1)

            let status = try #require(try decode(Status.self, try await get(first.statUrl, with: origin)).response)
            #expect(status.status == "dl")
            #expect(status.downloaded > 200 * 188)
            #expect(status.infohash == first.infohash)
            #expect(status.playbackSessionId == first.playbackSessionId)

            // What is stopped is one viewer.
            #expect(try await get(first.commandUrl + "&method=pause", with: origin).text.contains("unknown method"))
            let stop = try await get(first.commandUrl + "&method=stop", with: origin)
            #expect(stop.text == #"{"response":"ok","error":null}"#)
            #expect(await eventually { players[0].state.isClosed })
            #expect(players[0].state.endedCleanly)
            let before = players[1].state.packets
            #expect(await eventually { players[1].state.packets > before + 200 })
            for url in [first.statUrl, first.commandUrl + "&method=stop"] {
                let gone = try decode(Status.self, try await get(url, with: origin))
                #expect(gone.error == "unknown playback session id")
            }
            #expect(try await get(first.playbackUrl, with: origin).status == 404)
            #expect(try await get(second.commandUrl + "&method=stop", with: origin).status == 200)
            #expect(try await eventually { try await origin.engine.state.counters.sessionsStopped == 1 })
        }
    }

    @Test func anEdgeThatAsksAgainWithItsPidLosesItsFirstStream() async throws {
        try await ProxyFixture.run { origin in
            let first = try play(try #require(try await start(origin, pid: "same").response).playbackUrl, of: origin)
            #expect(await eventually { first.state.packets > 100 })
            let second = try play(try #require(try await start(origin, pid: "same").response).playbackUrl, of: origin)
            #expect(await eventually { first.state.isClosed && second.state.packets > 100 })
            #expect(first.state.endedCleanly)
            second.kill()
        }
    }

    @Test func aDeadContentIsToldInAnEnginesWords() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.dead = ["dead"]
        try await ProxyFixture.run(engine: configuration) { origin in
            let answer = try await start(origin, pid: "one", id: "dead")
            #expect(answer.response == nil)
            #expect(answer.error == "failed to load content")
            try await before(origin) { edge in
                let refused = try await edge.get("/ace/getstream?id=dead")
                #expect(refused.status == 500)
                #expect(refused.text == "Failed to start stream: failed to load content\n")
            }
        }
    }

    @Test func playersAreNoEdges() async throws {
        try await ProxyFixture.run { origin in
            let player = try origin.player(query: "id=abc&format=json")
            #expect(await eventually { player.state.packets > 100 })
            player.kill()
            for query in ["id=abc&pid=1", "id=abc&format=redirect&pid=1", "id=abc&format=json&pid="] {
                let refused = try await origin.get("/ace/getstream?\(query)")
                #expect(refused.status == 400)
                #expect(refused.text == "PID parameter is not allowed\n")
            }
        }
    }

    @Test func threeProxiesInARowPlay() async throws {
        try await run { origin, middle in
            try await before(middle) { edge in
                let players = try (0..<2).map { _ in try edge.player() }
                #expect(await eventually { players.allSatisfy { $0.state.packets > 500 } })
                for player in players {
                    #expect(player.state.lost == 0)
                    #expect(player.state.continuityBreaks == 0)
                }
                for proxy in [origin, middle] { #expect(try await proxy.metric("weir_proxy_viewers") == 1) }
                players.forEach { $0.kill() }
                #expect(try await eventually { try await origin.engine.state.counters.sessionsStopped == 1 })
                #expect(try await origin.engine.state.counters.sessionsOpened == 1)
            }
        }
    }

    @Test func aProxyThatWouldAskItselfRefuses() async throws {
        let port = try Self.freePort()
        let engine = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let environment = ["ACEXY_LISTEN_ADDR": "127.0.0.1:\(port)"]
        try await ProxyFixture.run(engine: engine, port: port, environment: environment) { proxy in
            let refused = try await proxy.get("/ace/getstream?id=abc")
            #expect(refused.status == 500)
            #expect(refused.text == "Failed to start stream: \(Self.loop)\n")
            #expect(try await proxy.metric("weir_proxy_sessions") == 0)
        }
    }

    @Test func proxiesThatWouldAskEachOtherRefuse() async throws {
        let port = try Self.freePort()
        let engine = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        // The edge listens where the origin believes its engine to be.
        try await ProxyFixture.run(engine: engine, port: port) { origin in
            let environment = ["ACEXY_LISTEN_ADDR": "127.0.0.1:\(port)"]
            try await before(origin, environment: environment) { edge in
                for proxy in [origin, edge] {
                    let refused = try await proxy.get("/ace/getstream?id=abc")
                    #expect(refused.status == 500)
                    #expect(refused.text == "Failed to start stream: \(Self.loop)\n")
                }
            }
        }
    }

    @Test func aChainThatIsTooLongIsRefused() async throws {
        try await ProxyFixture.run { origin in
            let via = (0..<9).map { "1.1 proxy\($0)" }.joined(separator: ", ")
            let request = OutboundRequest(
                "GET", "http://127.0.0.1:\(origin.port)/ace/getstream?id=abc&format=json&pid=1",
                headers: [("Via", via)])
            let answer = try decode(Answer.self, try await origin.outbound.send(request))
            #expect(answer.response == nil)
            #expect(answer.error?.hasPrefix("loop") == true)
            #expect(try await origin.engine.state.counters.sessionsOpened == 0)
        }
    }

    private static let loop = "loop: this proxy would be asked for the stream by itself"

    @Test func viewersOfTheEdgeKeepTheirStreamWhenTheOriginChangesItsEngine() async throws {
        let noise = SchedulingNoise()
        let first = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let spare = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let ports = [try await first.start(), try await spare.start()]
        let orchestrator = try await ScriptedOrchestrator(enginePorts: ports)
        let environment = ["ACEXY_ORCH_URL": orchestrator.url]
        try await ProxyFixture.run(engine: first, port: ports[0], environment: environment) { origin in
            try await before(origin) { edge in
                let players = try (0..<3).map { _ in try edge.player() }
                #expect(await eventually { players.allSatisfy { $0.state.packets > 500 } })
                let before = players.map(\.state.packets)
                var temper = Temper()
                temper.crashAfter = 1
                try await first.setTemper(temper)
                #expect(await eventually { zip(players, before).allSatisfy { $0.state.packets > $1 + 2000 } })
                for player in players {
                    #expect(!player.state.isClosed)
                    #expect(player.state.misaligned == 0)
                    #expect(player.state.continuityBreaks == 0)
                    #expect(player.state.announcedClocks == 1)
                    #expect(player.state.longestGap < .seconds(1) + noise.total)
                }
                let failovers =
                    "weir_proxy_failovers_total{reason=\"connection\",outcome=\"ok\"}"
                #expect(try await origin.metric(failovers) == 1)
                #expect(try await edge.metric(failovers) ?? 0 == 0)
                #expect(try await spare.state.counters.sessionsOpened == 1)
                players.forEach { $0.kill() }
            }
        }
        await spare.stop()
        try await orchestrator.stop()
    }

    @Test func viewersOfTheEdgeKeepTheirStreamWhenTheOriginRestarts() async throws {
        let port = try Self.freePort()
        let engine = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let enginePort = try await engine.start()
        try await ProxyFixture.run(engine: engine, port: port) { edge in
            let environment = ["ACEXY_LISTEN_ADDR": "127.0.0.1:\(port)"]
            let origin = try await ProxyFixture.start(engine: engine, port: enginePort, environment: environment)
            let player = try edge.player()
            #expect(await eventually { player.state.packets > 500 })
            await origin.stop(isEngineLeft: true)
            let again = try await ProxyFixture.start(engine: engine, port: enginePort, environment: environment)
            let before = player.state.packets
            #expect(await eventually { player.state.packets > before + 1000 })
            #expect(!player.state.isClosed)
            #expect(player.state.misaligned == 0)
            #expect(player.state.continuityBreaks == 0)
            player.kill()
            await again.stop(isEngineLeft: true)
        }
    }
}
