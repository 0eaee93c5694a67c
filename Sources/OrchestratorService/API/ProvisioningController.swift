import Fleet
import Hummingbird
import Telemetry

/// `/provision/acestream`: one engine more, on request.
struct ProvisioningController: Sendable {
    let orchestrator: Orchestrator

    func addRoutes(to locked: Routes) {
        locked.post("/provision/acestream", use: provision)
    }

    /// Answers once the engine does.
    @Sendable func provision(_ request: Request, context: APIContext) async throws -> Response {
        var request = request
        let document = try await request.document(context) ?? [:]
        let (labels, environment) = try FieldReader.read(document) { body in
            let environment = body.strings("env")
            for (name, value) in environment
            where name.isEmpty || name.contains("=") || (name + value).utf8.contains(0) {
                body.note(
                    "value_error", "env", "Input should be names without '=' and values, none with a zero byte",
                    .object([name: .string(value)]))
            }
            return (body.strings("labels"), environment)
        }
        let engine: Engine
        do {
            engine = try await orchestrator.provisionNow(labels: labels, environment: environment)
        } catch {
            throw Self.refusal(error)
        }
        return .json([
            "container_id": .string(engine.id),
            "container_name": .string(engine.name),
            "host_http_port": JSONValue(engine.endpoint.port),
            "container_http_port": JSONValue(engine.endpoint.port),
            "container_https_port": nil,
        ])
    }

    private static func refusal(_ block: ProvisionBlock) -> DetailError {
        switch block {
        case .circuitOpen(let time):
            let seconds = Int(time.components.seconds) + 1
            return blocked("circuit_breaker", "provisioning keeps failing and is paused", eta: seconds)
        case .maxReplicas:
            return blocked("max_capacity", "the maximum number of engines (MAX_REPLICAS) exists", eta: 30)
        case .noFreePort:
            return blocked("max_capacity", "every port of PORT_RANGE_HOST is in use", eta: 30)
        case .busy, .notBefore:
            return blocked("max_capacity", "too many engines are being created", eta: 5)
        case .failed(let reason):
            return DetailError(
                .internalServerError,
                [
                    "error": "provisioning_failed", "code": "general_error", "message": .string(reason),
                    "recovery_eta_seconds": nil, "can_retry": true, "should_wait": false,
                ])
        }
    }

    private static func blocked(_ code: JSONValue, _ message: JSONValue, eta: Int) -> DetailError {
        DetailError(
            .serviceUnavailable,
            [
                "error": "provisioning_blocked", "code": code, "message": message,
                "recovery_eta_seconds": JSONValue(eta), "can_retry": true, "should_wait": true,
            ], headers: [.retryAfter: String(eta)])
    }
}

extension Orchestrator {
    /// Creates one engine, waiting for its turn where the limiter asks for it.
    func provisionNow(labels: [String: String], environment: [String: String]) async throws(ProvisionBlock) -> Engine {
        let deadline = now + configuration.startupTimeout
        while true {
            let pause: Duration
            do throws(ProvisionBlock) {
                let provision = try beginProvision(purpose: .growth, labels: labels, environment: environment)
                return try await carryOut(provision)
            } catch {
                switch error {
                case .busy: pause = .milliseconds(50)
                case .notBefore(let time): pause = max(time - now, .milliseconds(1))
                case .circuitOpen, .maxReplicas, .noFreePort, .failed: throw error
                }
                guard now + pause < deadline, !Task.isCancelled else { throw error }
            }
            metrics.provisioning.waiting.add(1)
            try? await Task.sleep(for: pause)
            metrics.provisioning.waiting.add(-1)
        }
    }
}
