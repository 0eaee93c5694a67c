import Catalogue
import Synchronization
import Telemetry

/// Whether the orchestrator can be reached, as the proxy's calls to it have shown.
final class OrchestratorLink: Sendable {
    enum State: String {
        /// None is configured.
        case none
        case up
        /// It does not answer: new streams use the static engine.
        case down
    }

    private let current: Mutex<State>
    private let isUp: Gauge
    private let fallback: Gauge

    init(isConfigured: Bool, registry: Registry) {
        current = Mutex(isConfigured ? .up : .none)
        isUp = registry.gauge(ProxyFamilies.orchestratorUp)
        fallback = registry.gauge(ProxyFamilies.fallbackActive)
        isUp.set(isConfigured)
    }

    var state: State { current.withLock { $0 } }

    /// Notes the outcome of a call.
    /// - Returns: whether this changed the state.
    @discardableResult
    func note(isReachable: Bool) -> Bool {
        let hasChanged = current.withLock { state in
            let next: State = isReachable ? .up : .down
            defer { state = next }
            return state != next
        }
        isUp.set(isReachable)
        fallback.set(!isReachable)
        return hasChanged
    }
}
