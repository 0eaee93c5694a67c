import Foundation
import Providers
import Telemetry
import Testing

/// What a daemon says that cannot, and what follows from it.
@Suite struct DockerFaultTests {
    private static let id = String(repeating: "a1", count: 32)
    private static let labels = #"{"acestream-orchestrator":"true","orchestrator.managed":"acestream"}"#
    private static let request = EngineRequest(name: "acestream-1", httpPort: 19_000)

    private static func container(_ status: String = "running", labels: String = labels) -> String {
        """
        {"Id":"\(id)","Name":"/acestream-1","Created":"2026-11-21T20:30:09.123456789Z",
        "State":{"Status":"\(status)","Running":\(status == "running")},
        "Config":{"Image":"acestream/engine:latest","Labels":\(labels)},"NetworkSettings":{"Ports":{}}}
        """
    }

    private static func message(_ text: String) -> String { #"{"message":"\#(text)"}"# }

    /// A daemon that does everything as it should, but for what the test changes.
    private static func healthy(_ request: ScriptedDaemon.Request) -> ScriptedDaemon.Answer {
        switch (request.method, request.path.split(separator: "/").last.map(String.init)) {
        case ("POST", "create"): .status(201, #"{"Id":"\#(id)","Warnings":[]}"#)
        case ("POST", "start"), ("POST", "stop"), ("DELETE", _): .status(204, "")
        case ("GET", "json") where request.path == "/containers/json": .status(200, "[]")
        case ("GET", "json"): .status(200, container())
        default: .status(404, message("page not found"))
        }
    }

    @Test(arguments: [
        (409, #"Conflict. The container name \"/acestream-1\" is already in use by container \"b2\"."#, "nameInUse"),
        (404, "No such image: acestream/engine:latest", "refused"),
        (400, "invalid reference format", "refused"),
        (403, "Forbidden", "refused"),
        (500, "mkdir /var/lib/docker/overlay2/x: no space left on device", "unavailable"),
        (503, "shutting down", "unavailable"),
        (409, "cannot join network of a non running container: gluetun", "unavailable"),
    ])
    func aContainerThatIsNotCreated(_ status: Int, _ text: String, _ code: String) async throws {
        try await ScriptedDaemon.with { request in
            request.path == "/containers/create" ? .status(status, Self.message(text)) : Self.healthy(request)
        } _: { provider, daemon in
            let error = try await #require(throws: ProviderError.self) { _ = try await provider.create(Self.request) }
            #expect("\(error.code)" == code)
            #expect(daemon.requests.count == 1)
            if status == 404 { #expect(error.message.contains("docker pull acestream/engine:latest")) }
            if text.contains("no space") { #expect(error.message.contains("disk of the Docker host is full")) }
        }
    }

    @Test(arguments: [
        (500, "driver failed: Bind for 127.0.0.1:19000 failed: port is already allocated", "portInUse"),
        (500, "listen tcp4 127.0.0.1:19000: bind: address already in use", "portInUse"),
        (500, "listen tcp4 192.0.2.1:19000: bind: cannot assign requested address", "refused"),
        (404, "network weir not found", "refused"),
        (500, "OCI runtime create failed", "unavailable"),
    ])
    func aContainerThatDoesNotStartIsRemoved(_ status: Int, _ text: String, _ code: String) async throws {
        try await ScriptedDaemon.with { request in
            request.path.hasSuffix("/start") ? .status(status, Self.message(text)) : Self.healthy(request)
        } _: { provider, daemon in
            let error = try await #require(throws: ProviderError.self) { _ = try await provider.create(Self.request) }
            #expect("\(error.code)" == code)
            #expect(daemon.count("DELETE", "/containers/\(Self.id)") == 1)
        }
    }

    @Test func whatIsSoAlreadyIsNoFailure() async throws {
        try await ScriptedDaemon.with { request in
            switch request.path.split(separator: "/").last {
            case "start", "stop": .status(304, "")
            default: Self.healthy(request)
            }
        } _: { provider, daemon in
            let engine = try await provider.create(Self.request)
            #expect(engine.id == Self.id && engine.isRunning)
            try await provider.remove(Self.id)
            #expect(daemon.count("DELETE", "/containers/\(Self.id)") == 1)
        }
    }

    @Test func aContainerThatIsGoneMeanwhileIsRemoved() async throws {
        try await ScriptedDaemon.with { request in
            switch request.method {
            case "POST", "DELETE": .status(404, Self.message("No such container"))
            default: Self.healthy(request)
            }
        } _: { provider, _ in
            try await provider.remove(Self.id)
        }
        try await ScriptedDaemon.with { request in
            request.method == "DELETE"
                ? .status(409, Self.message("removal of container a1 is already in progress")) : Self.healthy(request)
        } _: { provider, _ in
            try await provider.remove(Self.id)
        }
    }

    @Test func containersOfOthersAreNeitherStoppedNorRemovedNorShown() async throws {
        let foreign = [
            "{}", "null", #"{"acestream-orchestrator":"true"}"#, #"{"orchestrator.managed":"acestream"}"#,
            #"{"acestream-orchestrator":"true","orchestrator.managed":"another"}"#,
        ]
        for labels in foreign {
            try await ScriptedDaemon.with { request in
                request.path.hasSuffix("/\(Self.id)/json")
                    ? .status(200, Self.container(labels: labels)) : Self.healthy(request)
            } _: { provider, daemon in
                try await provider.remove(Self.id)
                #expect(daemon.requests.map(\.method) == ["GET"])
                #expect(try await provider.inspect(Self.id) == nil)
            }
        }
    }

    @Test func idsThatAreNoneAreNotAskedFor() async throws {
        try await ScriptedDaemon.with(script: Self.healthy) { provider, daemon in
            for id in ["../images/x", "a/b", "", "a b", "..", "x?force=1", "ü", String(repeating: "a", count: 300)] {
                try await provider.remove(id)
                #expect(try await provider.inspect(id) == nil)
                #expect(try await provider.health(ofContainer: id) == nil)
                #expect(try await provider.statistics(of: [id]).isEmpty)
                await expect(.refused) { try await provider.restart(container: id) }
            }
            #expect(daemon.requests.isEmpty)
        }
    }

    @Test(arguments: [
        ScriptedDaemon.Answer.raw("HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n[{\"Id\":"), .raw(""),
        .raw("SSH-2.0-x\r\n"),
        .raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[{\"Id"), .status(200, "<html>"),
        .status(200, #"{"message":"no list"}"#), .status(500, ""), .status(502, "bad gateway"),
    ])
    func halfAnAnswerIsNone(_ answer: ScriptedDaemon.Answer) async throws {
        try await ScriptedDaemon.with(script: { _ in answer }) { provider, _ in
            await expect(.unavailable) { _ = try await provider.list() }
            await expect(.unavailable) { _ = try await provider.create(Self.request) }
            await expect(.unavailable) { _ = try await provider.health(ofContainer: "gluetun") }
        }
    }

    @Test func aDaemonThatHangsIsGivenUp() async throws {
        try await ScriptedDaemon.with(timeout: .milliseconds(300), script: { _ in .silence }) { provider, _ in
            await expect(.timedOut) { _ = try await provider.list() }
            await expect(.timedOut) { _ = try await provider.create(Self.request) }
            await expect(.timedOut) { try await provider.remove(Self.id) }
            await expect(.timedOut) { _ = try await provider.health(ofContainer: "gluetun") }
        }
    }

    @Test func aDaemonThatIsNotThereIsUnavailable() async throws {
        try await ScriptedDaemon.with(script: Self.healthy) { provider, daemon in
            unlink(daemon.path)
            await expect(.unavailable) { _ = try await provider.list() }
            await expect(.unavailable) { _ = try await provider.create(Self.request) }
        }
    }

    @Test func whatWasCreatedAndNeverStartedHasEnded() async throws {
        let labels = Self.labels.dropLast() + #","acestream.http_port":"19000","host.http_port":"19000"}"#
        try await ScriptedDaemon.with { request in
            switch request.path {
            case "/containers/json":
                .status(
                    200,
                    """
                    [{"Id":"\(Self.id)","Names":["/acestream-1"],"Image":"i","Created":1,"State":"created",
                    "Labels":\(labels),"Ports":[]}]
                    """)
            case "/containers/\(Self.id)/json": .status(200, Self.container("created"))
            default: Self.healthy(request)
            }
        } _: { provider, daemon in
            let listed = try await provider.list()
            #expect(listed.map(\.isRunning) == [false])
            try await provider.remove(Self.id)
            #expect(daemon.count("POST", "/containers/\(Self.id)/stop") == 0)
            #expect(daemon.count("DELETE", "/containers/\(Self.id)") == 1)
        }
    }

    @Test(arguments: [
        (#""Status":"running","Running":true"#, ContainerHealth.healthy),
        (#""Status":"running","Running":true,"Health":{"Status":"none"}"#, .healthy),
        (#""Status":"running","Running":true,"Health":{"Status":"starting"}"#, .starting),
        (#""Status":"running","Running":true,"Health":{"Status":"unhealthy"}"#, .unhealthy),
        (#""Status":"paused","Running":true"#, .unhealthy),
        (#""Status":"restarting","Running":true"#, .stopped),
        (#""Status":"exited","Running":false,"Health":{"Status":"unhealthy"}"#, .stopped),
    ])
    func theHealthOfAContainerIsThatOfItsCheck(_ state: String, _ health: ContainerHealth) async throws {
        let text = Self.container().replacing(#""Status":"running","Running":true"#, with: state)
        try await ScriptedDaemon.with(script: { _ in .status(200, text) }) { provider, _ in
            let found = try await provider.health(ofContainer: "gluetun")
            #expect(found == health)
        }
    }

    @Test func everyCallIsCountedByItsOutcome() async throws {
        try await ScriptedDaemon.with { request in
            request.path.hasSuffix("/start") ? .status(500, Self.message("no")) : Self.healthy(request)
        } _: { provider, daemon in
            let registry = Registry()
            provider.register(in: registry)
            _ = try? await provider.create(Self.request)
            _ = try await provider.list()
            _ = try await provider.health(ofContainer: "x")
            unlink(daemon.path)
            let text = String(decoding: registry.exposition(), as: UTF8.self)
            for (operation, outcome) in [
                ("container_create", "ok"), ("container_start", "failed"), ("container_remove", "ok"),
                ("container_list", "ok"), ("container_inspect", "ok"),
            ] {
                #expect(
                    text.contains(
                        #"orch_docker_calls_total{operation="\#(operation)",outcome="\#(outcome)"} 1"#), "\(operation)")
            }
        }
    }
}
