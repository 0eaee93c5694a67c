import Catalogue
import NIOHTTP1
import Synchronization

/// Whether a new stream could start here, as a balancer wants to know before it sends a player.
final class Readiness: Sendable {
    /// Why it could not. The raw values are those of `GET /health/ready`.
    enum Obstacle: String, Encodable {
        /// The proxy is shutting down.
        case draining
        /// Neither the orchestrator nor the static engine answers.
        case noEngine = "no_engine"
        case sessionLimit = "session_limit"
        case memoryLimit = "memory_limit"
        case descriptorLimit = "descriptor_limit"
        case connectionLimit = "connection_limit"
    }

    private struct Document: Encodable {
        let ready: Bool
        let reasons: [Obstacle]
        let orchestrator: String
        let staticEngine: String
    }

    private let isDraining = Atomic<Bool>(false)
    private let hub: StreamHub
    private let orchestrator: OrchestratorLink
    private let engine: StaticEngineProbe
    private let connections: ConnectionMetrics

    init(hub: StreamHub, orchestrator: OrchestratorLink, engine: StaticEngineProbe, connections: ConnectionMetrics) {
        self.hub = hub
        self.orchestrator = orchestrator
        self.engine = engine
        self.connections = connections
    }

    /// From now on the proxy is not ready.
    func drain() {
        isDraining.store(true, ordering: .sequentiallyConsistent)
    }

    /// 200 when a new stream could start; else 503 with the reasons.
    func answer() async -> Answer {
        var obstacles: [Obstacle] = []
        if isDraining.load(ordering: .sequentiallyConsistent) { obstacles.append(.draining) }
        if orchestrator.state != .up, engine.state != .reachable { obstacles.append(.noEngine) }
        switch await hub.sessionLimit {
        case .sessions: obstacles.append(.sessionLimit)
        case .memory: obstacles.append(.memoryLimit)
        case .descriptors: obstacles.append(.descriptorLimit)
        case .connections, .clientConnections, .clientSessions, .viewers, nil: break
        }
        if connections.isFull { obstacles.append(.connectionLimit) }
        return .json(
            obstacles.isEmpty ? .ok : .serviceUnavailable,
            encoding: Document(
                ready: obstacles.isEmpty, reasons: obstacles, orchestrator: orchestrator.state.rawValue,
                staticEngine: engine.state.rawValue))
    }
}
