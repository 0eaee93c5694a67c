import Foundation
import Logging
import OrchestratorService
import Outbound
import Providers
import ServiceLifecycle
import Settings
import Testing

/// What every orchestrator under test is told.
enum OrchestratorFixture {
    static var silent: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    static func environment(_ folder: String) -> [String: String] {
        [
            "APP_PORT": "0", "API_KEY": TestClient.key, "DB_URL": "sqlite:///\(folder)/state.db",
            "MIN_REPLICAS": "0", "MIN_PROVISION_INTERVAL_S": "0", "PORT_RANGE_HOST": "30000-30099",
            "RETRY_BACKOFF_S": "0",
        ]
    }
}

/// A folder of its own that is removed afterwards.
func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("weir-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

/// Runs an orchestrator on a free port while `body` runs, then shuts it down.
func withOrchestrator<Value: Sendable>(
    _ environment: [String: String] = [:], engines: FakeEngines, folder: String,
    logger: Logger = OrchestratorFixture.silent,
    _ body: @escaping @Sendable (TestClient) async throws -> Value
) async throws -> Value {
    try await withOrchestrator(environment, provider: engines, folder: folder, logger: logger, body)
}

/// The same with any provider, which answers for its engines too.
func withOrchestrator<Value: Sendable>(
    _ environment: [String: String] = [:], provider: any EngineProvider & EngineProbe, folder: String,
    logger: Logger = OrchestratorFixture.silent,
    _ body: @escaping @Sendable (TestClient) async throws -> Value
) async throws -> Value {
    let whole = OrchestratorFixture.environment(folder).merging(environment) { _, own in own }
    let settings = try OrchestratorSettings(environment: whole)
    let (ports, listening) = AsyncStream<Int>.makeStream()
    let server = try await OrchestratorServer(settings: settings, provider: provider, probe: provider, logger: logger) {
        listening.yield($0)
    }
    let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: server.services, logger: logger))
    let outbound = OutboundClient()
    defer { outbound.shutDown() }
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
            defer { listening.finish() }
            try await group.run()
        }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next(), "the orchestrator did not start")
        let result: Result<Value, any Error>
        do { result = .success(try await body(TestClient(port: port, outbound: outbound))) } catch {
            result = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
        return try result.get()
    }
}

/// Polls until `condition` holds; fails the test after `limit`.
func eventually(
    within limit: Duration = .seconds(60), _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record(what, sourceLocation: sourceLocation)
}
