import Fleet
import Foundation
import Hummingbird
import Logging
import Scaling

/// `/engines/lease`: a slot of an engine for a stream that is about to start.
struct LeasesController: Sendable {
    static let maxWaitMilliseconds: Int64 = 60_000
    static let maxExcluded = 100

    let orchestrator: Orchestrator

    func addRoutes(to locked: Routes) {
        locked.post("/engines/lease", use: lease)
        locked.delete("/engines/lease/{id}", use: release)
    }

    @Sendable func lease(_ request: Request, context: APIContext) async throws -> Response {
        let requestedAt = ContinuousClock.now
        var request = request
        let proxyID = try request.proxyID()
        var wanted = try Self.parse(try await request.requiredDocument(context))
        wanted.proxyID = proxyID
        let id = UUID().uuidString.lowercased()
        if let granted = await orchestrator.leaseNow(id: id, wanted, requestedAt: requestedAt) {
            return answer(granted.lease, granted.engine, wanted)
        }
        // Watching for the caller's leaving ends the connection's use for further requests.
        let granted: (lease: Lease, engine: Engine)? = try await request.body.consumeWithCancellationOnInboundClose {
            [wanted] _ in
            await orchestrator.leaseLater(id: id, wanted, requestedAt: requestedAt)
        }
        guard let granted else {
            let reason = await orchestrator.unavailability()
            orchestrator.logger.info("no engine leased", metadata: ["reason": "\(reason)"])
            var response = Problem(
                status: .serviceUnavailable, code: await orchestrator.unavailabilityCode(),
                title: "No engine available", detail: reason, retryAfter: await orchestrator.retryAfterSeconds()
            ).response
            response.headers[.connection] = "close"
            return response
        }
        var response = answer(granted.lease, granted.engine, wanted)
        response.headers[.connection] = "close"
        return response
    }

    @Sendable func release(_ request: Request, context: APIContext) async throws -> Response {
        let outcome = try request.query("outcome", of: ReleaseReason.self) ?? .cancelled
        let id = try context.path("id")
        guard await orchestrator.release(id, outcome: outcome) else {
            throw Problem(
                status: .notFound, code: "lease_unknown", title: "Unknown lease",
                detail: "no lease \(id) is held; it may have expired")
        }
        return .json(["released": .string(id)])
    }

    private func answer(_ lease: Lease, _ engine: Engine, _ wanted: LeaseRequest) -> Response {
        orchestrator.logger.info("engine leased", metadata: ["engine": "\(engine.id.prefix(12))"])
        return .json([
            "lease_id": .string(lease.id),
            "engine": [
                "container_id": .string(engine.id),
                "container_name": .string(engine.name),
                "host": .string(engine.endpoint.host),
                "port": JSONValue(engine.endpoint.port),
            ],
            "ttl_s": .integer((lease.expiresAt - lease.grantedAt).components.seconds),
            // Its presence says that `exclude` is understood.
            "excluded": JSONValue(wanted.excluded.count),
        ])
    }

    static func parse(_ document: JSONValue) throws(ValidationError) -> LeaseRequest {
        try FieldReader.read(document) { body in
            let content = body.object("content")
            let kind = content?.choice("key_type", of: ContentKey.Kind.self)
            let value = content?.words("key")
            let wait = body.optionalInt("wait_ms", in: 0...maxWaitMilliseconds) ?? 0
            let holder = body.optionalString("proxy") ?? ""
            let excluded = body.texts("exclude", atMost: maxExcluded)
            guard let kind, let value else { return nil }
            return LeaseRequest(
                content: ContentKey(kind: kind, value: value), wait: .milliseconds(wait), holder: holder,
                excluded: ExcludedEngines(excluded))
        }
    }
}

extension Orchestrator {
    /// When a caller without an engine should ask again.
    func retryAfterSeconds() -> Int {
        let breaker = generalBreaker.timeUntilProbe(now: now)
        if breaker > .zero { return Int(min(breaker.components.seconds + 1, 300)) }
        return max(1, min(Int(leadTime.seconds.rounded(.up)), 30))
    }

    /// Why there is no engine, as the code that clients tell their users by.
    func unavailabilityCode() -> String {
        if vpn.isEnabled, !vpn.isConnected { return "vpn_disconnected" }
        return generalBreaker.state(now: now) == .open ? "circuit_breaker" : "no_engine_available"
    }

    /// Why there is no engine, in one sentence.
    func unavailability() -> String {
        let count = fleet.engines.count
        let state = count == 0 ? "there is no engine" : "none of \(count) engine\(count == 1 ? "" : "s") is free"
        if vpn.isEnabled, !vpn.isConnected { return "\(state), and the VPN that engines need is not connected" }
        if generalBreaker.state(now: now) == .open {
            return "\(state), and none can be created at present: provisioning keeps failing"
        }
        if count + provisions.count >= configuration.reconciler.maxReplicas {
            return "\(state), and MAX_REPLICAS (\(configuration.reconciler.maxReplicas)) is reached"
        }
        return "no engine became free in time; \(count) exist, \(provisions.count) are being created"
    }
}
