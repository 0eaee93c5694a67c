import Fleet
import Hummingbird
import Providers
import Telemetry

/// `/provision`: one engine more, or any other container, on request.
struct ProvisioningController: Sendable {
    let orchestrator: Orchestrator

    func addRoutes(to locked: Routes) {
        locked.post("/provision", use: run)
        locked.post("/provision/acestream", use: provision)
    }

    /// Answers once the engine does.
    @Sendable func provision(_ request: Request, context: APIContext) async throws -> Response {
        var request = request
        let document = try await request.document(context) ?? [:]
        let order = try FieldReader.read(document) { body in
            ProvisionOrder(
                labels: body.strings("labels"), environment: body.environment("env"),
                image: body.optionalString("image"), port: body.optionalInt("host_port", in: 1...65535))
        }
        let engine: Engine
        do throws(ProvisionBlock) {
            engine = try await orchestrator.provisionNow(order)
        } catch {
            throw Self.refusal(error)
        }
        let port = engine.endpoint.port
        return .json([
            "container_id": .string(engine.id),
            "container_name": .string(engine.name),
            "host_http_port": JSONValue(engine.number("host.http_port") ?? port),
            "container_http_port": JSONValue(engine.number("acestream.http_port") ?? port),
            "container_https_port": engine.number("acestream.https_port").map(JSONValue.init) ?? .null,
            "host_api_port": engine.number("host.api_port").map(JSONValue.init) ?? .null,
            "container_api_port": engine.number("acestream.api_port").map(JSONValue.init) ?? .null,
        ])
    }

    /// Answers once the container has been started.
    @Sendable func run(_ request: Request, context: APIContext) async throws -> Response {
        var request = request
        let wanted = try ContainerWish.parse(try await request.document(context) ?? [:])
        guard let containers = orchestrator.containers else {
            throw Problem(
                status: .notImplemented, code: "containers_unsupported", title: "No containers",
                detail: "the provider \"\(orchestrator.provider.name)\" runs engines only, no containers; "
                    + "POST /provision/acestream starts an engine")
        }
        try await orchestrator.requireAdoption()
        do throws(ProvisionBlock) {
            let container = try await orchestrator.run(wanted, with: containers)
            return .json(["container_id": .string(container.id), "container_name": .string(container.name)])
        } catch {
            throw Self.refusal(error)
        }
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
        case .vpnDisconnected(let time):
            return blocked(
                "vpn_disconnected", "the VPN that engines need is not connected",
                eta: Int(time.components.seconds))
        case .busy, .notBefore, .queueFull:
            return blocked("max_capacity", "too many engines are being created", eta: 5)
        case .portInUse(let port):
            return failed(.conflict, "port_in_use", "port \(port) of the host is in use")
        case .failed(let reason):
            return failed(.internalServerError, "general_error", reason)
        }
    }

    private static func failed(_ status: HTTPResponse.Status, _ code: JSONValue, _ message: String) -> DetailError {
        DetailError(
            status,
            [
                "error": "provisioning_failed", "code": code, "message": .string(message),
                "recovery_eta_seconds": nil, "can_retry": true, "should_wait": false,
            ])
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

extension FieldReader {
    /// Environment variables.
    func environment(_ key: String) -> [String: String] {
        let environment = strings(key)
        for (name, value) in environment
        where name.isEmpty || name.contains("=") || (name + value).utf8.contains(0) {
            note(
                "value_error", key, "Input should be names without '=' and values, none with a zero byte",
                .object([name: .string(value)]))
        }
        return environment
    }
}

extension Engine {
    /// A label that is a number.
    func number(_ label: String) -> Int? { labels[label].flatMap { Int($0) } }
}
