import Catalogue
import Logging
import Outbound
import ServiceLifecycle

/// Asks the orchestrator every second whether it is there, so that the fallback ends by itself and a hung
/// orchestrator is noticed while leases wait for it.
struct OrchestratorProbe: Service {
    let api: OrchestratorAPI
    let link: OrchestratorLink
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let isReachable = await isUp()
                if Task.isCancelled { return }
                if link.note(isReachable: isReachable) {
                    logger.notice("the orchestrator is \(isReachable ? "back" : "not reachable")")
                }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func isUp() async -> Bool {
        guard let response = try? await api.get(.health, "/health") else { return false }
        return response.status < 500
    }
}
