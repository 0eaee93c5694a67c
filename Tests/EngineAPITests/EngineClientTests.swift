import EngineAPI
import EngineSimulator
import Fleet
import Outbound
import Testing

/// The client against the simulated engine.
@Suite struct EngineClientTests {
    private func withEngine(
        _ configuration: SimulatedEngineConfiguration = SimulatedEngineConfiguration(),
        _ body: (EngineClient, EngineEndpoint, SimulatedEngine) async throws -> Void
    ) async throws {
        let engine = try SimulatedEngine(configuration: configuration)
        let endpoint = EngineEndpoint(host: "127.0.0.1", port: try await engine.start())
        let outbound = OutboundClient()
        try await body(EngineClient(outbound: outbound), endpoint, engine)
        outbound.shutDown()
        await engine.stop()
    }

    private let content = ContentKey(kind: .contentID, value: "abc & co")

    @Test func aSessionIsStartedNamedAndStopped() async throws {
        try await withEngine { client, endpoint, engine in
            let session = try await client.start(content, on: endpoint, playerID: "p", timeout: .seconds(5))
            #expect(session.infohash.count == 40)
            #expect(session.isLive)
            #expect(session.playbackURL.hasPrefix("http://\(endpoint)/ace/r/\(session.infohash)/"))
            #expect(session.statURL.hasPrefix("http://\(endpoint)/ace/stat/"))
            #expect(try await engine.state.sessions.map(\.contentKey) == ["abc & co"])
            try await client.stop(session)
            #expect(try await engine.state.sessions.isEmpty)
            try await client.stop(session)  // stopping what is gone is no error
        }
    }

    @Test func contentThatCannotBeLoadedIsToldFromOtherFailures() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.dead = ["abc & co"]
        try await withEngine(configuration) { client, endpoint, _ async throws in
            let error = await #expect(throws: EngineError.self) {
                _ = try await client.start(content, on: endpoint, playerID: "p", timeout: .seconds(5))
            }
            #expect(error == EngineError(code: .deadContent, message: "failed to load content"))
        }
        configuration.temper = Temper()
        configuration.temper.maxSessions = 0
        try await withEngine(configuration) { client, endpoint, _ async throws in
            let error = await #expect(throws: EngineError.self) {
                _ = try await client.start(content, on: endpoint, playerID: "p", timeout: .seconds(5))
            }
            #expect(error?.code == .refused)
        }
    }

    @Test func aHungEngineEndsInATimeout() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.hang = true
        try await withEngine(configuration) { client, endpoint, _ async throws in
            let error = await #expect(throws: EngineError.self) {
                _ = try await client.status(of: endpoint, timeout: .milliseconds(200))
            }
            #expect(error?.code == .timeout)
        }
    }

    @Test func aLiveEngineNamesItsVersion() async throws {
        try await withEngine { client, endpoint, _ async throws in
            #expect(try await client.status(of: endpoint) == "3.1.70")
        }
    }

    @Test(arguments: ["", "abc", "a b&c=d", "ümlaut", "100%"])
    func percentEncodingReadsBackAsItWas(text: String) {
        #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
    }

    @Test(arguments: ["%", "%1", "%zz", "%ff"])
    func brokenEscapesAreNoText(text: String) {
        #expect(PercentEncoding.decode(text) == nil)
    }
}
