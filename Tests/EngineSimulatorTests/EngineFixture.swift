import EngineSimulator
import Foundation

/// A running engine that plays a generated stream.
struct EngineFixture {
    let engine: SimulatedEngine
    let port: Int

    /// Runs `body` against an engine and stops it afterwards.
    static func run(
        _ adjust: (inout SimulatedEngineConfiguration) -> Void = { _ in },
        _ body: (EngineFixture) async throws -> Void
    ) async throws {
        var configuration = SimulatedEngineConfiguration()
        adjust(&configuration)
        let engine = try SimulatedEngine(configuration: configuration)
        let fixture = EngineFixture(engine: engine, port: try await engine.start())
        do {
            try await body(fixture)
        } catch {
            await engine.stop()
            throw error
        }
        await engine.stop()
    }

    func get(_ target: String) async throws -> TestClient.Response { try await TestClient.fetch(target, port: port) }

    /// Opens a session and returns its URLs' paths by name.
    func open(_ query: String, path: String = "/ace/getstream") async throws -> [String: String] {
        let answer = try await get("\(path)?\(query)&format=json").json
        guard let response = answer["response"] as? [String: Any] else {
            throw TestClient.Failure(reason: answer["error"] as? String ?? "no session")
        }
        return response.compactMapValues { value in
            (value as? String)?.replacingOccurrences(of: "http://engine.test:1234", with: "")
        }
    }

    /// Starts playback of a session and reads the response's head.
    func play(_ session: [String: String], timeout: Int = 10) async throws -> TestClient {
        let client = try TestClient(port: port, timeout: timeout)
        let head = try await client.request(session["playback_url"] ?? "")
        guard head.status == 200 else { throw TestClient.Failure(reason: head.head) }
        return client
    }

    func changeTemper(_ body: String) async throws -> TestClient.Response {
        try await TestClient.fetch("/sim/temper", port: port, method: "POST", body: body)
    }

    /// Waits until the engine's state satisfies a condition; fails after ten seconds.
    func wait(until condition: (SimulatedEngineState) -> Bool) async throws {
        for _ in 0..<1000 {
            if condition(try await engine.state) { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw TestClient.Failure(reason: "not reached: \(try await engine.state)")
    }
}
