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
            engine = try await orchestrator.provisionNow(ProvisionOrder(labels: labels, environment: environment))
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
        case .portInUse(let port):
            return blocked("max_capacity", .string("port \(port) is in use"), eta: 30)
        case .busy, .notBefore, .queueFull:
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
