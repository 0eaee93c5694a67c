import Catalogue
import Fleet
import Logging
import Outbound
import Telemetry

/// Engines leased from the orchestrator, one call a start; the static engine while the orchestrator is down.
struct OrchestratorEngineSource: EngineSource {
    private struct LeaseBody: Encodable, Sendable {
        struct Content: Encodable, Sendable {
            let keyType: String
            let key: String
        }

        let content: Content
        let waitMs: Int
        let proxy: String?
    }

    private struct LeaseAnswer: Decodable {
        struct Engine: Decodable {
            let containerId: String
            let host: String
            let port: Int
        }

        let leaseId: String
        let engine: Engine
    }

    let api: OrchestratorAPI
    let link: OrchestratorLink
    let fallback: EngineEndpoint
    let containerID: String?
    let metrics: LeaseMetrics
    let logger: Logger

    func lease(_ content: ContentKey, wait: Duration) async throws(StartFailure) -> EngineGrant {
        let begin = ContinuousClock.now
        metrics.waiting.add(1)
        defer { metrics.waiting.add(-1) }
        guard link.state != .down else { return useFallback(since: begin) }
        let body = LeaseBody(
            content: .init(keyType: content.kind.rawValue, key: content.value),
            waitMs: Int(wait / .milliseconds(1)), proxy: containerID)
        let response: OutboundResponse
        do throws(OutboundError) {
            response = try await requestLease(body, wait: wait)
        } catch {
            if error.code == .cancelled { throw StreamHub.cancelled }
            noteUnreachable(error.message, since: begin)
            return useFallback(since: begin)
        }
        switch response.status {
        case 200:
            guard let answer = OrchestratorAPI.decode(LeaseAnswer.self, from: response) else {
                metrics.record(.failed, since: begin)
                throw StartFailure(outcome: .noEngine, message: "the orchestrator's lease cannot be read")
            }
            metrics.record(.granted, since: begin)
            return EngineGrant(
                engine: EngineEndpoint(host: answer.engine.host, port: answer.engine.port),
                containerID: answer.engine.containerId, leaseID: answer.leaseId)
        case 503:
            metrics.record(.refused, since: begin)
            let refusal = LeaseRefusal(response)
            logger.info("the orchestrator has no engine", metadata: ["reason": "\(refusal.reason)"])
            throw StartFailure(outcome: .noEngine, message: refusal.message, retryAfter: refusal.retryAfter)
        case 500...:
            noteUnreachable("status \(response.status)", since: begin)
            return useFallback(since: begin)
        default:
            metrics.record(.failed, since: begin)
            logger.error("the orchestrator refuses leases", metadata: ["status": "\(response.status)"])
            throw StartFailure(
                outcome: .noEngine, message: "the orchestrator refuses the lease with status \(response.status)")
        }
    }

    /// The call may rightly take as long as `wait`; a hung orchestrator would make viewers wait just as long. So the
    /// call is given up as soon as the link is known to be down.
    private func requestLease(_ body: LeaseBody, wait: Duration) async throws(OutboundError) -> OutboundResponse {
        let result = await withTaskGroup(of: Result<OutboundResponse, OutboundError>.self) { group in
            group.addTask {
                do throws(OutboundError) {
                    return .success(try await api.post(.lease, "/engines/lease", body, extraTime: wait))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                await link.waitUntilDown()
                let isCancelled = Task.isCancelled
                return .failure(
                    OutboundError(
                        code: isCancelled ? .cancelled : .timeout, message: "the orchestrator does not answer"))
            }
            defer { group.cancelAll() }
            return await group.next()
        }
        guard let result else { throw OutboundError(code: .cancelled, message: "the lease was given up") }
        return try result.get()
    }

    func release(_ grant: EngineGrant, because failure: StartFailure) async {
        guard let leaseID = grant.leaseID else { return }
        // A lease that cannot be given back expires by itself.
        _ = try? await api.delete(.release, "/engines/lease/\(leaseID)?outcome=\(failure.outcome.rawValue)")
    }

    private func useFallback(since begin: ContinuousClock.Instant) -> EngineGrant {
        metrics.record(.fallback, since: begin)
        return EngineGrant(engine: fallback)
    }

    private func noteUnreachable(_ reason: String, since begin: ContinuousClock.Instant) {
        metrics.record(.failed, since: begin)
        if link.note(isReachable: false) {
            logger.warning(
                "the orchestrator does not answer: new streams use the static engine",
                metadata: ["reason": "\(reason)", "engine": "\(fallback)"])
        }
    }
}
