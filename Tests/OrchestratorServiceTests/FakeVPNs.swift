import EngineAPI
import Fleet
import OrchestratorService
import Providers
import Synchronization

/// Engines in memory, behind VPN containers that are as they are told to be.
final class FakeVPNs: ContainerProvider, EngineProbe {
    private struct State {
        var health: [String: ContainerHealth] = [:]
        var restarts: [String] = []
        /// Behind which container each engine was created, and with which forwarded port.
        var requests: [EngineRequest] = []
    }

    let name = "fake"
    let engines: FakeEngines
    private let state: Mutex<State>

    init(_ engines: FakeEngines, healthy names: [String]) {
        self.engines = engines
        state = Mutex(State(health: Dictionary(names.map { ($0, .healthy) }, uniquingKeysWith: { one, _ in one })))
    }

    var restarts: [String] { state.withLock { $0.restarts } }
    var requests: [EngineRequest] { state.withLock { $0.requests } }

    /// Running engines behind a container.
    func running(behind container: String) -> [ProvidedEngine] {
        engines.running.filter { $0.labels["acestream.vpn_container"] == container }.sorted { $0.id < $1.id }
    }

    func set(_ health: ContainerHealth?, of container: String) { state.withLock { $0.health[container] = health } }

    func create(_ request: EngineRequest) async throws(ProviderError) -> ProvidedEngine {
        state.withLock { $0.requests.append(request) }
        return try await engines.create(request)
    }

    func list() async throws(ProviderError) -> [ProvidedEngine] { try await engines.list() }
    func remove(_ id: String) async throws(ProviderError) { try await engines.remove(id) }

    func health(ofContainer name: String) async throws(ProviderError) -> ContainerHealth? {
        state.withLock { $0.health[name] }
    }

    func restart(container name: String) async throws(ProviderError) {
        state.withLock { $0.restarts.append(name) }
    }

    func run(_ request: ContainerRequest) async throws(ProviderError) -> (id: String, name: String) {
        throw ProviderError(code: .refused, message: "nothing but engines here")
    }

    func inspect(_ id: String) async throws(ProviderError) -> ContainerDetails? { nil }
    func containers(labeled key: String, value: String) async throws(ProviderError) -> [ContainerDetails] { [] }

    // MARK: What the engines say

    func check(_ endpoint: EngineEndpoint, timeout: Duration) async throws(EngineError) {
        try await engines.check(endpoint, timeout: timeout)
    }

    func isConnected(_ endpoint: EngineEndpoint, timeout: Duration) async throws(EngineError) -> Bool {
        try await engines.isConnected(endpoint, timeout: timeout)
    }

    func stopSession(
        _ command: EngineCommand, on endpoint: EngineEndpoint, timeout: Duration
    ) async throws(EngineError) {
        try await engines.stopSession(command, on: endpoint, timeout: timeout)
    }

    func statistics(
        _ session: EngineStatPath, on endpoint: EngineEndpoint, timeout: Duration
    ) async throws(EngineError) -> StreamStatistics {
        try await engines.statistics(session, on: endpoint, timeout: timeout)
    }

    func analysis(
        ofInfohash infohash: String, on endpoint: EngineEndpoint, timeout: Duration
    ) async throws(EngineError) -> [UInt8] {
        try await engines.analysis(ofInfohash: infohash, on: endpoint, timeout: timeout)
    }
}
