import Foundation
import Logging
import Outbound
import Providers
import Testing

/// What only containers have, on a real daemon.
@Suite(.serialized, .enabled(if: DockerDaemon.isAvailable, "needs root and dockerd")) struct DockerProviderTests {
    @Test func containers() async throws {
        try await DockerDaemon.around { daemon in
            let outbound = OutboundClient()
            defer { outbound.shutDown() }
            let provider = DockerProvider(
                configuration: daemon.configuration, outbound: outbound, logger: Logger(label: "test"))
            let foreign = try await daemon.runForeign("somebody", daemon.publishing(18_999))
            try await anEngineHasNoPowerAndEndsAtOnce(provider, daemon)
            try await onesThatWereNeverStartedAreFoundAndRemoved(provider, daemon)
            try await anotherContainersNetworkIsShared(provider, daemon)
            try await aNetworkIsJoined(daemon, outbound)
            try await otherContainersAreRunAndLookedAt(provider, daemon, foreign: foreign)
            try await aDeathIsToldAtOnce(provider, daemon)
            // All that while nobody touched what is not ours.
            let left = try await daemon.containers()
            #expect(left.map { $0["Id"] as? String } == [foreign])
            #expect(left.first?["State"] as? String == "running")
        }
    }

    private func inspect(_ daemon: DockerDaemon, _ id: String) async throws -> [String: Any] {
        try #require(try await daemon.json("/containers/\(id)/json") as? [String: Any])
    }

    private func anEngineHasNoPowerAndEndsAtOnce(_ provider: DockerProvider, _ daemon: DockerDaemon) async throws {
        let engine = try await provider.create(EngineRequest(name: "acestream-1", httpPort: 19_000))
        try await eventually("it answers") { await answers(engine) }
        let container = try await inspect(daemon, engine.id)
        let host = try #require(container["HostConfig"] as? [String: Any])
        #expect(host["Privileged"] as? Bool == false)
        #expect(host["CapDrop"] as? [String] == ["ALL"])
        #expect(host["SecurityOpt"] as? [String] == ["no-new-privileges:true"])
        #expect(host["PidsLimit"] as? Int == 512)
        let ports = (container["NetworkSettings"] as? [String: Any])?["Ports"] as? [String: [[String: String]]]
        #expect(ports == ["19000/tcp": [["HostIp": daemon.node.address, "HostPort": "19000"]]])
        // The engine is the container's first process, to which the kernel sends no signal it does not handle.
        let begin = ContinuousClock.now
        try await provider.remove(engine.id)
        #expect(begin.duration(to: .now) < .seconds(5), "it had to be killed")
    }

    private func onesThatWereNeverStartedAreFoundAndRemoved(
        _ provider: DockerProvider, _ daemon: DockerDaemon
    ) async throws {
        let made = try await daemon.call(
            "POST", "/containers/create?name=acestream-9",
            """
            {"Image": "\(DockerDaemon.image)", "Labels": {"acestream-orchestrator": "true",
            "orchestrator.managed": "acestream", "acestream.http_port": "19009", "host.http_port": "19009"}}
            """)
        #expect(made.status == 201)
        let listed = try await provider.list()
        #expect(listed.map(\.name) == ["acestream-9"] && listed.map(\.isRunning) == [false])
        for engine in listed { try await provider.remove(engine.id) }
        #expect(try await provider.list().isEmpty)
    }

    private func anotherContainersNetworkIsShared(_ provider: DockerProvider, _ daemon: DockerDaemon) async throws {
        // Stands for Gluetun: it publishes the port that an engine in its network listens on.
        let vpn = try await daemon.runForeign(
            "gluetun",
            """
            {"Env": ["HTTP_PORT=8000"], "ExposedPorts": {"19020/tcp": {}}, "HostConfig": {"PortBindings":
            {"19020/tcp": [{"HostIp": "\(daemon.node.address)", "HostPort": "19020"}]}}}
            """)
        let request = EngineRequest(name: "acestream-2", httpPort: 19_020, vpnContainer: "gluetun", forwardedPort: 5000)
        let engine = try await provider.create(request)
        #expect(engine.host == daemon.node.address && engine.httpPort == 19_020)
        try await eventually("it answers through the other's port") { await answers(engine) }
        #expect(try await provider.list() == [engine])
        #expect(try await provider.health(ofContainer: "gluetun") == .healthy)
        try await provider.restart(container: "gluetun")
        #expect(try await provider.health(ofContainer: "gluetun") == .healthy)
        try await provider.remove(engine.id)
        _ = try await daemon.call("POST", "/containers/\(vpn)/stop?t=0")
        #expect(try await provider.health(ofContainer: "gluetun") == .stopped)
        let error = try await #require(throws: ProviderError.self) { _ = try await provider.create(request) }
        #expect(error.code == .unavailable, "\(error)")
        #expect(try await provider.list().isEmpty)
        _ = try await daemon.call("DELETE", "/containers/\(vpn)?force=1")
        #expect(try await provider.health(ofContainer: "gluetun") == nil)
    }

    private func aNetworkIsJoined(_ daemon: DockerDaemon, _ outbound: OutboundClient) async throws {
        #expect(try await daemon.call("POST", "/networks/create", #"{"Name": "media"}"#).status == 201)
        var configuration = daemon.configuration
        configuration.network = "media"
        let provider = DockerProvider(configuration: configuration, outbound: outbound, logger: Logger(label: "test"))
        let engine = try await provider.create(EngineRequest(name: "acestream-3", httpPort: 19_030))
        #expect(engine.host == "acestream-3" && engine.httpPort == 19_030)
        #expect(try await provider.list() == [engine])
        let settings = try await inspect(daemon, engine.id)["NetworkSettings"] as? [String: Any]
        #expect((settings?["Networks"] as? [String: Any])?.keys.sorted() == ["media"])
        try await provider.remove(engine.id)
        configuration.network = "missing"
        let lost = DockerProvider(configuration: configuration, outbound: outbound, logger: Logger(label: "test"))
        let error = try await #require(throws: ProviderError.self) {
            _ = try await lost.create(EngineRequest(name: "acestream-3", httpPort: 19_030))
        }
        #expect(error.code == .refused && error.message.contains("missing"), "\(error)")
        #expect(try await lost.list().isEmpty)
    }

    private func otherContainersAreRunAndLookedAt(
        _ provider: DockerProvider, _ daemon: DockerDaemon, foreign: String
    ) async throws {
        let (id, name) = try await provider.run(
            ContainerRequest(
                name: "worker", environment: ["BIND_ALL": "true"], labels: ["stream_id": "x"],
                ports: ["6878/tcp": 19_040]))
        #expect(name == "worker")
        let details = try #require(try await provider.inspect("worker"))
        #expect(details.id == id && details.status == "running" && details.image == DockerDaemon.image)
        #expect(
            details.labels == [
                "stream_id": "x", "acestream-orchestrator": "true", "orchestrator.managed": "acestream",
            ])
        #expect(details.ports["6878/tcp"] == [.init(address: daemon.node.address, port: 19_040)])
        #expect(try await provider.containers(labeled: "stream_id", value: "x").map(\.id) == [id])
        #expect(try await provider.containers(labeled: "stream_id", value: "y").isEmpty)
        #expect(try await provider.list().isEmpty, "it is no engine")
        #expect(try await provider.inspect(foreign) == nil)
        try await provider.remove(foreign)
        try await provider.remove("worker")
        #expect(try await provider.inspect(id) == nil)
    }

    private func aDeathIsToldAtOnce(_ provider: DockerProvider, _ daemon: DockerDaemon) async throws {
        let engine = try await provider.create(EngineRequest(name: "acestream-4", httpPort: 19_050))
        var changes = try #require(provider.changes()).makeAsyncIterator()
        let killer = Task {
            // The stream of events takes a moment to open; whatever dies before is found by a list.
            while !Task.isCancelled {
                try await Task.sleep(for: .milliseconds(300))
                _ = try await daemon.call("POST", "/containers/\(engine.id)/kill")
                _ = try await daemon.call("POST", "/containers/\(engine.id)/start")
            }
        }
        let told: Void? = await changes.next()
        killer.cancel()
        #expect(told != nil)
        _ = await killer.result
        try await provider.remove(engine.id)
    }

    private func answers(_ engine: ProvidedEngine) async -> Bool {
        let url = "http://\(engine.host):\(engine.httpPort)/webui/api/service?method=get_version"
        return (try? await ApplianceRun.client.send(OutboundRequest("GET", url, timeout: .seconds(2))))?.status == 200
    }
}
