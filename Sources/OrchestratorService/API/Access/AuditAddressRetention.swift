import Fleet
import Logging
import ServiceLifecycle
import Storage

/// Takes the addresses out of the audit trail that are older than they may get.
struct AuditAddressRetention: Service {
    private static let pause = Duration.seconds(60)

    let orchestrator: Orchestrator
    let retention: Duration

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await forget()
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func forget() async {
        do {
            try await orchestrator.journal.store.forgetAddresses(
                category: AuditTrail.category, before: orchestrator.now - retention)
        } catch {
            orchestrator.logger.error("addresses stay in the audit trail for now: \(error)")
        }
    }
}
