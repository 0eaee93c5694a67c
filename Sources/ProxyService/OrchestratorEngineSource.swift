import Catalogue
import Fleet
import Logging
import NIOConcurrencyHelpers
import Outbound
import Telemetry

/// Engines leased from the orchestrator, one call a start.
///
/// While the orchestrator does not answer, or its leases keep failing, the proxy chooses from the engines it knows, or
/// takes the static one. With an orchestrator that has no leases it chooses from the current list, and asks for one
/// more engine where none is free. Leases are tried again by themselves.
struct OrchestratorEngineSource: EngineSource {
    private struct LeaseBody: Encodable, Sendable {
        struct Content: Encodable, Sendable {
            let keyType: String
            let key: String
        }

        let content: Content
        let waitMs: Int
        let proxy: String?
        /// `host:port` of each engine.
        let exclude: [String]
    }

    private struct Leasing {
        /// Opens when requests for a lease fail one after the other.
        var breaker = CircuitBreaker(failureThreshold: 3, recoveryTimeout: .seconds(10))
        /// Until when an orchestrator is not asked that has no leases.
        var missingUntil: ContinuousClock.Instant?
    }

    /// How long an orchestrator without leases is not asked for one again.
    static let missingLifetime = Duration.seconds(30)

    private struct LeaseAnswer: Decodable {
        struct Engine: Decodable {
            let containerId: String
            let host: String
            let port: Int
        }

        let leaseId: String
        let engine: Engine
        /// Named by orchestrators that understand `exclude`.
        let excluded: Int?
    }

    let api: OrchestratorAPI
    let link: OrchestratorLink
    let directory: EngineDirectory
    let fallback: EngineEndpoint
    let containerID: String?
    let metrics: LeaseMetrics
    let logger: Logger
    private let leasing = NIOLockedValueBox(Leasing())
    private let origin = ContinuousClock.now

    init(
        api: OrchestratorAPI, link: OrchestratorLink, directory: EngineDirectory, fallback: EngineEndpoint,
        containerID: String?, metrics: LeaseMetrics, logger: Logger
    ) {
        self.api = api
        self.link = link
        self.directory = directory
        self.fallback = fallback
        self.containerID = containerID
        self.metrics = metrics
        self.logger = logger
    }

    func lease(
        _ content: ContentKey, excluding excluded: Set<EngineEndpoint>, wait: Duration
    ) async throws(StartFailure) -> EngineGrant {
        let begin = ContinuousClock.now
        metrics.waiting.add(1)
        defer { metrics.waiting.add(-1) }
        guard link.state != .down else { return choose(excluding: excluded, since: begin) }
        if isWithoutLeases {
            return try await chooseFromList(excluding: excluded, until: begin + wait, since: begin)
        }
        guard leasing.withLockedValue({ $0.breaker.admit(now: now) != nil }) else {
            return choose(excluding: excluded, since: begin)
        }
        let body = LeaseBody(
            content: .init(keyType: content.kind.rawValue, key: content.value),
            waitMs: Int(wait / .milliseconds(1)), proxy: containerID,
            exclude: excluded.union(directory.broken()).map(\.description).sorted())
        let response: OutboundResponse
        do throws(OutboundError) {
            response = try await requestLease(body, wait: wait)
        } catch {
            if error.code == .cancelled {
                leasing.withLockedValue { $0.breaker.recordAbandoned() }
                throw StreamHub.cancelled
            }
            noteUnreachable(error.message, since: begin)
            return choose(excluding: excluded, since: begin)
        }
        if response.status < 500 || response.status == 503 {
            leasing.withLockedValue { $0.breaker.recordSuccess(now: now) }
        }
        switch response.status {
        case 200:
            guard let answer = OrchestratorAPI.decode(LeaseAnswer.self, from: response) else {
                metrics.record(.failed, since: begin)
                throw StartFailure(outcome: .noEngine, message: "the orchestrator's lease cannot be read")
            }
            metrics.record(.granted, since: begin)
            let engine = EngineEndpoint(host: answer.engine.host, port: answer.engine.port)
            return EngineGrant(
                engine: engine, containerID: answer.engine.containerId, leaseID: answer.leaseId,
                slot: directory.use(engine), canBeExcluded: answer.excluded != nil)
        case 404, 405:
            leasing.withLockedValue { $0.missingUntil = .now + Self.missingLifetime }
            logger.info("the orchestrator has no leases: engines are chosen here")
            return try await chooseFromList(excluding: excluded, until: begin + wait, since: begin)
        case 503:
            metrics.record(.refused, since: begin)
            let refusal = LeaseRefusal(response)
            logger.info("the orchestrator has no engine", metadata: ["reason": "\(refusal.reason)"])
            throw StartFailure(outcome: .noEngine, message: refusal.message, retryAfter: refusal.retryAfter)
        case 500...:
            noteUnreachable("status \(response.status)", since: begin)
            return choose(excluding: excluded, since: begin)
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

    func delivered(_ grant: EngineGrant, streamID: String) {
        grant.slot?.noteStream(streamID)
        directory.recordStart(on: grant.engine, succeeded: true)
    }

    func release(_ grant: EngineGrant, because failure: StartFailure) async {
        directory.recordStart(on: grant.engine, succeeded: failure.outcome == .engineError ? false : nil)
        guard let leaseID = grant.leaseID else { return }
        // A lease that cannot be given back expires by itself.
        _ = try? await api.delete(.release, "/engines/lease/\(leaseID)?outcome=\(failure.outcome.rawValue)")
    }

    private var now: Timestamp { Timestamp(milliseconds: 0) + origin.duration(to: .now) }

    private var isWithoutLeases: Bool {
        leasing.withLockedValue { leasing in leasing.missingUntil.map { .now < $0 } ?? false }
    }

    // MARK: Choosing here

    /// One of the engines known, or the static one.
    private func choose(excluding excluded: Set<EngineEndpoint>, since begin: ContinuousClock.Instant) -> EngineGrant {
        if let grant = directory.choose(excluding: excluded) {
            metrics.record(.chosen, since: begin)
            return grant
        }
        metrics.record(.fallback, since: begin)
        return EngineGrant(engine: fallback)
    }

    /// An engine of the orchestrator's current list; one more is asked for where none is free.
    private func chooseFromList(
        excluding excluded: Set<EngineEndpoint>, until deadline: ContinuousClock.Instant,
        since begin: ContinuousClock.Instant
    ) async throws(StartFailure) -> EngineGrant {
        await directory.refreshIfOld(countingStreams: true)
        if let grant = directory.choose(excluding: excluded) {
            metrics.record(.chosen, since: begin)
            return grant
        }
        guard let id = try await provision(since: begin) else { return choose(excluding: excluded, since: begin) }
        while ContinuousClock.now < deadline, !Task.isCancelled {
            await directory.refresh(countingStreams: true)
            if let engine = directory.endpoint(ofEngine: id), await directory.isUp(engine),
                let grant = directory.choose(excluding: excluded)
            {
                metrics.record(.chosen, since: begin)
                return grant
            }
            try? await Task.sleep(for: .milliseconds(250))
        }
        metrics.record(.refused, since: begin)
        throw StartFailure(
            outcome: .noEngine, message: "Service at capacity: Please try again in a moment",
            retryAfter: LeaseRefusal.usualWait)
    }

    /// Asks for one more engine, as proxies did before there were leases.
    /// - Returns: its id; nil when the orchestrator does not answer.
    private func provision(since begin: ContinuousClock.Instant) async throws(StartFailure) -> String? {
        struct Wish: Encodable, Sendable {}
        struct Provisioned: Decodable { let containerId: String }
        let response: OutboundResponse
        do throws(OutboundError) {
            response = try await api.post(
                .provision, "/provision/acestream", Wish(), extraTime: Self.missingLifetime)
        } catch {
            if error.code == .cancelled { throw StreamHub.cancelled }
            noteUnreachable(error.message, since: begin)
            return nil
        }
        if response.status == 200, let engine = OrchestratorAPI.decode(Provisioned.self, from: response) {
            return engine.containerId
        }
        metrics.record(.refused, since: begin)
        let refusal = LeaseRefusal(response)
        logger.info("the orchestrator provisions no engine", metadata: ["reason": "\(refusal.reason)"])
        throw StartFailure(outcome: .noEngine, message: refusal.message, retryAfter: refusal.retryAfter)
    }

    private func noteUnreachable(_ reason: String, since begin: ContinuousClock.Instant) {
        metrics.record(.failed, since: begin)
        leasing.withLockedValue { $0.breaker.recordFailure(now: now) }
        if link.note(isReachable: false) {
            logger.warning(
                "the orchestrator does not answer: engines are chosen here until it does",
                metadata: ["reason": "\(reason)"])
        }
    }
}
