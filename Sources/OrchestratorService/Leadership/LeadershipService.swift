import Catalogue
import Logging
import ServiceLifecycle
import Storage

/// Waits until this orchestrator leads, and keeps the lead. Ends with an error once it is lost: what this program knows
/// is out of date then, and a fresh start forgets it.
struct LeadershipService: Service {
    private static let longestPause = Duration.seconds(1)

    let leadership: Leadership
    let metrics: LoopMetrics
    let clock: SteadyClock
    let logger: Logger
    /// Called once, when this orchestrator leads.
    let onLead: @Sendable () async -> Void

    func run() async throws {
        let lost = await cancelWhenGracefulShutdown {
            await wait()
            return await keep()
        }
        if let lost {
            leadership.lose()
            logger.critical("\(lost)")
            throw lost
        }
        await leadership.lease.release()
    }

    /// Tries again and again until this orchestrator leads.
    private func wait() async {
        var leader: String?
        while !Task.isCancelled, !leadership.isLeading {
            let begin = ContinuousClock.now
            do throws(StorageError) {
                switch try await leadership.lease.acquire() {
                case .leading(let token):
                    leadership.extend(from: begin)
                    logger.notice("this orchestrator leads", metadata: ["token": "\(token)"])
                    await onLead()
                    return
                case .held(let holder):
                    if holder != leader { logger.notice("waiting as a standby", metadata: ["leader": "\(holder)"]) }
                    leader = holder
                    count(since: begin, succeeded: true)
                }
            } catch {
                logger.error("it cannot be found out who leads: \(error)")
                count(since: begin, succeeded: false)
            }
            try? await Task.sleep(for: min(Self.longestPause, leadership.lease.lifetime / 6))
        }
    }

    /// - Returns: why the lead was lost; nil at shutdown.
    private func keep() async -> LeadershipLost? {
        let lifetime = leadership.lease.lifetime
        while !Task.isCancelled {
            try? await Task.sleep(for: lifetime > .zero ? lifetime / 3 : .seconds(3600))
            guard !Task.isCancelled, lifetime > .zero else { continue }
            let begin = ContinuousClock.now
            do throws(StorageError) {
                try await leadership.lease.renew()
                leadership.extend(from: begin)
                count(since: begin, succeeded: true)
            } catch {
                if error.code == .fenced { return LeadershipLost(reason: error.message) }
                logger.error("the lead cannot be renewed: \(error)")
                count(since: begin, succeeded: false)
            }
        }
        return nil
    }

    private func count(since begin: ContinuousClock.Instant, succeeded: Bool) {
        metrics.record(
            .leadership, took: begin.duration(to: .now), pause: Self.longestPause, succeeded: succeeded, now: clock.now)
    }
}
