import Catalogue
import NIOConcurrencyHelpers
import Providers
import Storage
import Telemetry

/// Whether this orchestrator is the one that acts.
final class Leadership: Sendable {
    private enum State {
        case waiting
        /// Until when, by the monotonic clock; nil: for good.
        case leading(until: ContinuousClock.Instant?)
        case lost
    }

    let lease: any LeadershipLease
    private let gauge: Gauge
    private let state = NIOLockedValueBox(State.waiting)

    init(lease: any LeadershipLease, registry: Registry) {
        self.lease = lease
        gauge = registry.gauge(OrchestratorFamilies.leader)
        registry.onCollect { [weak self] in
            if let self { gauge.set(isLeading) }
        }
    }

    /// False also when the last renewal is longer ago than the lease lasts, this process having been stopped, say.
    var isLeading: Bool {
        state.withLockedValue { state in
            guard case .leading(let end) = state else { return false }
            return end.map { ContinuousClock.now < $0 } ?? true
        }
    }

    /// Notes that the lead was got or kept by something that began at `begin`.
    func extend(from begin: ContinuousClock.Instant) {
        let end = lease.lifetime > .zero ? begin + lease.lifetime : nil
        state.withLockedValue { state in
            if case .lost = state { return }
            state = .leading(until: end)
        }
    }

    func lose() {
        state.withLockedValue { $0 = .lost }
    }

    /// To be asked immediately before engines are created or removed.
    /// - Throws: when another orchestrator leads or may lead.
    func requireLead() async throws(ProviderError) {
        guard isLeading else { throw Self.refusal("this orchestrator does not lead") }
        do {
            try await lease.confirm()
        } catch {
            if error.code == .fenced { lose() }
            throw Self.refusal(error.message)
        }
        guard isLeading else { throw Self.refusal("this orchestrator does not lead any more") }
    }

    private static func refusal(_ message: String) -> ProviderError {
        ProviderError(code: .unavailable, message: message)
    }
}
