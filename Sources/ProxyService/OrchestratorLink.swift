import Catalogue
import NIOConcurrencyHelpers
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

    private struct Current {
        var state: State
        var nextID: UInt64 = 0
        /// Those who wait for the state to become `down`.
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    private let current: NIOLockedValueBox<Current>
    private let isUp: Gauge
    private let fallback: Gauge

    init(isConfigured: Bool, registry: Registry) {
        current = NIOLockedValueBox(Current(state: isConfigured ? .up : .none))
        isUp = registry.gauge(ProxyFamilies.orchestratorUp)
        fallback = registry.gauge(ProxyFamilies.fallbackActive)
        isUp.set(isConfigured)
    }

    var state: State { current.withLockedValue { $0.state } }

    /// Notes the outcome of a call.
    /// - Returns: whether this changed the state.
    @discardableResult
    func note(isReachable: Bool) -> Bool {
        let (hasChanged, waiting) = current.withLockedValue { current in
            let next: State = isReachable ? .up : .down
            defer {
                current.state = next
                if next == .down { current.waiting = [:] }
            }
            isUp.set(isReachable)
            fallback.set(!isReachable)
            return (current.state != next, next == .down ? Array(current.waiting.values) : [])
        }
        // Outside the lock: resuming takes the task's own lock, under which a cancellation calls `onCancel` below.
        for continuation in waiting { continuation.resume() }
        return hasChanged
    }

    /// Returns when the orchestrator is down, or when the task is cancelled.
    func waitUntilDown() async {
        let id = current.withLockedValue { current in
            current.nextID += 1
            return current.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = current.withLockedValue { current in
                    let isOver = Task.isCancelled || current.state == .down
                    if !isOver { current.waiting[id] = continuation }
                    return isOver
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            current.withLockedValue { $0.waiting.removeValue(forKey: id) }?.resume()
        }
    }
}
