import Foundation
import Providers
import Testing

/// What is asked of a daemon, read from the requests themselves.
@Suite struct DockerRequestTests {
    private static let id = String(repeating: "c3", count: 32)

    /// The body of the one `POST /containers/create` that a request leads to, and the engine it yields.
    private func creation(
        of request: EngineRequest, _ change: (inout DockerConfiguration) -> Void = { _ in }
    ) async throws -> (body: [String: Any], query: String, engine: ProvidedEngine) {
        var configuration = DockerConfiguration()
        change(&configuration)
        var found: (body: [String: Any], query: String, engine: ProvidedEngine)?
        try await ScriptedDaemon.with(configuration) { request in
            switch (request.method, request.path) {
            case (_, "/containers/create"): .status(201, #"{"Id":"\#(Self.id)"}"#)
            case ("GET", _):
                .status(
                    200,
                    """
                    {"Id":"\(Self.id)","Name":"/e","Created":"2026-11-21T20:30:09Z",
                    "State":{"Status":"running","Running":true},"Config":{"Image":"i","Labels":{}}}
                    """)
            default: .status(204, "")
            }
        } _: { provider, daemon in
            let engine = try await provider.create(request)
            let sent = try #require(daemon.requests.first { $0.path == "/containers/create" })
            let body = try JSONSerialization.jsonObject(with: Data(sent.body.utf8)) as? [String: Any]
            found = (try #require(body), sent.query, engine)
        }
        return try #require(found)
    }

    private func host(_ body: [String: Any]) throws -> [String: Any] {
        try #require(body["HostConfig"] as? [String: Any])
    }

    @Test func anEngineIsToldItsPortsAndHasNoPowerOverItsHost() async throws {
        let (body, query, engine) = try await creation(
            of: EngineRequest(name: "acestream-7", httpPort: 19_007, labels: ["a": "b"], environment: ["X": "y"])
        ) {
            $0.limits.memoryBytes = 1 << 30
            $0.limits.cpus = 1.5
        }
        #expect(query == "name=acestream-7")
        #expect(body["Image"] as? String == "acestream/engine:latest")
        #expect(
            body["Env"] as? [String] == [
                "BIND_ALL=true", "CONF=--http-port=19007\n--https-port=45007\n--bind-all", "HTTPS_PORT=45007",
                "HTTP_PORT=19007", "INTERNAL_BUFFERING=60", "X=y",
            ])
        #expect(
            body["Labels"] as? [String: String] == [
                "a": "b", "acestream-orchestrator": "true", "orchestrator.managed": "acestream",
                "acestream.http_port": "19007", "acestream.https_port": "45007", "host.http_port": "19007",
            ])
        let host = try host(body)
        #expect(
            host["PortBindings"] as? [String: [[String: String]]] == [
                "19007/tcp": [["HostIp": "127.0.0.1", "HostPort": "19007"]]
            ])
        #expect(host["Memory"] as? Int == 1 << 30 && host["MemorySwap"] as? Int == 1 << 30)
        #expect(host["PidsLimit"] as? Int == 512 && host["NanoCpus"] as? Int == 1_500_000_000)
        #expect(host["CapDrop"] as? [String] == ["ALL"])
        #expect(host["SecurityOpt"] as? [String] == ["no-new-privileges:true"])
        #expect((host["RestartPolicy"] as? [String: String]) == ["Name": "no"])
        for power in ["Privileged", "Binds", "Mounts", "CapAdd", "Devices", "PidMode", "IpcMode"] {
            #expect(host[power] == nil, "\(power)")
        }
        #expect(engine.host == "127.0.0.1" && engine.httpPort == 19_007)
    }

    @Test(arguments: [true, false])
    func flagsForEveryEngineReachIt(isCommand: Bool) async throws {
        let (body, _, _) = try await creation(of: EngineRequest(name: "engine", httpPort: 19_007)) {
            $0.engineParameters = ["--live-cache-type memory", "--x=1"]
            if isCommand { $0.image.style = .command(["run"]) }
        }
        if isCommand {
            let words = body["Cmd"] as? [String] ?? []
            #expect(words.first == "run" && words.suffix(3) == ["--live-cache-type", "memory", "--x=1"])
        } else {
            let conf = "CONF=--http-port=19007\n--https-port=45007\n--bind-all\n--live-cache-type memory\n--x=1"
            #expect((body["Env"] as? [String] ?? []).contains(conf))
        }
    }

    @Test func aConfigurationOfItsOwnIsKeptVerbatim() async throws {
        let conf = "--client-console  --http-port=6000\n--https-port 6001 --x"
        let (body, _, engine) = try await creation(
            of: EngineRequest(
                name: "engine", httpPort: 19_000,
                environment: ["CONF": conf, "HTTP_PORT": "1", "INTERNAL_BUFFERING": "9"])
        ) { $0.publishesHTTPS = true }
        let environment = body["Env"] as? [String] ?? []
        #expect(environment.contains("CONF=\(conf)") && environment.contains("INTERNAL_BUFFERING=9"))
        #expect(environment.contains("HTTP_PORT=6000") && environment.contains("HTTPS_PORT=6001"))
        let bindings = try host(body)["PortBindings"] as? [String: [[String: String]]]
        #expect(
            bindings == [
                "6000/tcp": [["HostIp": "127.0.0.1", "HostPort": "19000"]],
                "6001/tcp": [["HostIp": "127.0.0.1", "HostPort": "6001"]],
            ])
        #expect(engine.httpPort == 19_000)
        let labels = body["Labels"] as? [String: String] ?? [:]
        #expect(labels["acestream.http_port"] == "6000" && labels["host.http_port"] == "19000")
        #expect(labels["host.https_port"] == "6001")
    }

    @Test func inANetworkAnEngineIsReachedByItsName() async throws {
        let (body, _, engine) = try await creation(of: EngineRequest(name: "e-1", httpPort: 19_000)) {
            $0.network = "media"
        }
        let host = try host(body)
        #expect(host["NetworkMode"] as? String == "media")
        #expect(engine.host == "e-1" && engine.httpPort == 19_000)
    }

    @Test func behindAVPNAnEngineHasNoPortsOfItsOwn() async throws {
        let request = EngineRequest(name: "e-1", httpPort: 19_003, vpnContainer: "gluetun", forwardedPort: 51_413)
        let (body, _, engine) = try await creation(of: request) { $0.publishesHTTPS = true }
        let host = try host(body)
        #expect(host["NetworkMode"] as? String == "container:gluetun")
        let bindings = host["PortBindings"] as? [String: Any]
        #expect(bindings?.isEmpty == true)
        #expect((body["ExposedPorts"] as? [String: Any])?.isEmpty == true)
        #expect((body["Env"] as? [String])?.contains("P2P_PORT=51413") == true)
        let labels = body["Labels"] as? [String: String] ?? [:]
        #expect(labels["acestream.vpn_container"] == "gluetun" && labels["acestream.forwarded"] == "true")
        #expect(labels["acestream.forwarded_port"] == "51413" && labels["host.https_port"] == nil)
        #expect(engine.host == "127.0.0.1" && engine.httpPort == 19_003)
        let shared = try await creation(of: request) { $0.network = "media" }
        #expect(shared.engine.host == "gluetun" && shared.engine.httpPort == 19_003)
        let sharedHost = try self.host(shared.body)
        #expect(sharedHost["NetworkMode"] as? String == "container:gluetun")
    }

    @Test func labelsOfARequestDoNotTakeOursAway() async throws {
        let (body, _, _) = try await creation(
            of: EngineRequest(
                name: "engine", httpPort: 19_000,
                labels: [
                    "acestream-orchestrator": "false", "orchestrator.managed": "x", "acestream.http_port": "1",
                    "acestream.engine_variant": "theirs",
                ])
        ) { $0.image.variant = "jopsis-amd64" }
        let labels = body["Labels"] as? [String: String] ?? [:]
        #expect(labels["acestream-orchestrator"] == "true" && labels["orchestrator.managed"] == "acestream")
        #expect(labels["acestream.http_port"] == "19000" && labels["acestream.engine_variant"] == "jopsis-amd64")
    }

    @Test func otherImagesAreToldTheirPortsInTheirOwnWay() async throws {
        let request = EngineRequest(name: "engine", httpPort: 19_001, forwardedPort: 5000)
        let flags = "--http-port 19001 --https-port 45001 --port 5000"
        let arguments = try await creation(of: request) {
            $0.image.style = .arguments(variable: "ACESTREAM_ARGS", base: "--bind-all")
        }
        #expect(arguments.body["Env"] as? [String] == ["ACESTREAM_ARGS=--bind-all \(flags)"])
        let command = try await creation(of: request) { $0.image.style = .command(["python", "main.py"]) }
        #expect((command.body["Cmd"] as? [String])?.joined(separator: " ") == "python main.py \(flags)")
    }

    @Test func onlyImagesThatAreAllowedAreRun() async throws {
        let allow: (inout DockerConfiguration) -> Void = { $0.allowedImages = ["other:1", "mine/*"] }
        for image in ["other:1", "mine/engine:2", "acestream/engine:latest"] {
            let made = try await creation(of: EngineRequest(name: "engine", httpPort: 19_000, image: image), allow)
            #expect(made.body["Image"] as? String == image)
        }
        for image in ["other:2", "other", "yours/mine/x", ""] {
            await expect(.refused) {
                _ = try await self.creation(of: EngineRequest(name: "engine", httpPort: 19_000, image: image), allow)
            }
        }
    }

    @Test(arguments: ["", "-a", "a", "a b", "../a", "é", String(repeating: "a", count: 129)])
    func refusesANameThatIsNone(name: String) async throws {
        await expect(.refused) { _ = try await self.creation(of: EngineRequest(name: name, httpPort: 19_000)) }
    }

    @Test(arguments: [0, -1, 65_536])
    func refusesAPortThatIsNone(port: Int) async throws {
        await expect(.refused) { _ = try await self.creation(of: EngineRequest(name: "engine", httpPort: port)) }
    }
}
