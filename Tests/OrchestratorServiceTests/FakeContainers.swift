import EngineAPI
import Fleet
import OrchestratorService
import Providers
import Synchronization

/// Containers that exist only in memory; none of them is an engine.
final class FakeContainers: ContainerProvider, EngineProbe {
    private struct State {
        var containers: [ContainerDetails] = []
        /// Names that somebody else has.
        var reserved: Set<String> = []
        var requests: [ContainerRequest] = []
        var refusal: ProviderError?
    }

    let name = "fake"
    private let state = Mutex(State())

    var requests: [ContainerRequest] { state.withLock { $0.requests } }

    func reserve(_ name: String) { state.withLock { _ = $0.reserved.insert(name) } }

    func refuse(_ error: ProviderError?) { state.withLock { $0.refusal = error } }

    func run(_ request: ContainerRequest) async throws(ProviderError) -> (id: String, name: String) {
        let result: Result<String, ProviderError> = state.withLock { state in
            if let refusal = state.refusal { return .failure(refusal) }
            let isTaken = state.reserved.contains(request.name) || state.containers.contains { $0.name == request.name }
            if isTaken { return .failure(ProviderError(code: .nameInUse, message: "\(request.name) exists")) }
            state.requests.append(request)
            let ports = request.ports.filter { $0.value > 0 }.mapValues {
                [ContainerDetails.PublishedPort(address: "127.0.0.1", port: $0)]
            }
            state.containers.append(
                ContainerDetails(
                    id: "c-" + request.name, name: request.name, image: request.image ?? "default",
                    createdAtMilliseconds: 1_000, status: "created", labels: request.labels, ports: ports))
            return .success("c-" + request.name)
        }
        return (try result.get(), request.name)
    }

    func inspect(_ id: String) async throws(ProviderError) -> ContainerDetails? {
        if let refusal = state.withLock({ $0.refusal }) { throw refusal }
        return state.withLock { $0.containers.first { $0.id == id || $0.name == id } }
    }

    func containers(labeled key: String, value: String) async throws(ProviderError) -> [ContainerDetails] {
        if let refusal = state.withLock({ $0.refusal }) { throw refusal }
        return state.withLock { $0.containers.filter { $0.labels[key] == value } }
    }

    func remove(_ id: String) async throws(ProviderError) { state.withLock { $0.containers.removeAll { $0.id == id } } }

    func health(ofContainer name: String) async throws(ProviderError) -> ContainerHealth? { nil }
    func restart(container name: String) async throws(ProviderError) {}
    func list() async throws(ProviderError) -> [ProvidedEngine] { [] }

    func create(_ request: EngineRequest) async throws(ProviderError) -> ProvidedEngine {
        throw ProviderError(code: .refused, message: "no engines here")
    }

    func check(_ endpoint: EngineEndpoint, timeout: Duration) async throws(EngineError) {}

    func isConnected(_ endpoint: EngineEndpoint, timeout: Duration) async throws(EngineError) -> Bool { true }

    func stopSession(
        _ command: EngineCommand, on endpoint: EngineEndpoint, timeout: Duration
    ) async throws(EngineError) {}

    func statistics(
        _ session: EngineStatPath, on endpoint: EngineEndpoint, timeout: Duration
    ) async throws(EngineError) -> StreamStatistics {
        throw EngineError(code: .timeout, message: "no engines here")
    }

    func analysis(
        ofInfohash infohash: String, on endpoint: EngineEndpoint, timeout: Duration
    ) async throws(EngineError) -> [UInt8] {
        throw EngineError(code: .timeout, message: "no engines here")
    }
}
