import Foundation
import Glibc
import Logging
import Outbound
import Providers
import Testing

/// A provider on its own, with all it needs, for what every provider must do.
struct ProviderBench: Sendable {
    enum Kind: String, Sendable, CaseIterable, CustomTestStringConvertible {
        case process
        case docker

        var testDescription: String { rawValue }
        static var here: [Kind] { allCases.filter { $0 != .docker || DockerDaemon.isAvailable } }
    }

    let kind: Kind
    let firstPort: Int
    private let directory: URL
    private let daemon: DockerDaemon?
    private let outbound: OutboundClient

    static func around(_ kind: Kind, _ body: (ProviderBench) async throws -> Void) async throws {
        let directory = try ApplianceRun.makeDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let outbound = OutboundClient()
        defer { outbound.shutDown() }
        let firstPort = 10_000 + 100 * Int.random(in: 0..<90)
        switch kind {
        case .process:
            let bench = ProviderBench(
                kind: kind, firstPort: firstPort, directory: directory, daemon: nil, outbound: outbound)
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body(bench)) } catch { outcome = .failure(error) }
            for engine in (try? await bench.provider().list()) ?? [] { try? await bench.provider().remove(engine.id) }
            try outcome.get()
        case .docker:
            try await DockerDaemon.around { daemon in
                try await body(
                    ProviderBench(
                        kind: kind, firstPort: firstPort, directory: directory, daemon: daemon, outbound: outbound))
            }
        }
    }

    /// Another provider of the same engines at each call, as after a restart.
    func provider() throws -> any EngineProvider {
        guard let daemon else {
            let program = try ApplianceRun.products().appending(path: "weir-engine").path
            return ProcessProvider(
                command: ProcessCommand(program: program, arguments: ["--port", "{port}"]),
                stateDirectory: directory.path, logger: Logger(label: "test"))
        }
        return DockerProvider(configuration: daemon.configuration, outbound: outbound, logger: Logger(label: "test"))
    }

    /// Ends an engine as a crash does.
    func crash(_ engine: ProvidedEngine) async throws {
        if let daemon {
            _ = try await daemon.call("POST", "/containers/\(engine.id)/kill?signal=KILL")
        } else {
            let record = try Data(contentsOf: directory.appending(path: "\(engine.id).json"))
            let fields = try JSONSerialization.jsonObject(with: record) as? [String: Any]
            Glibc.kill(try #require(fields?["pid"] as? Int32), SIGKILL)
        }
    }

    /// Takes a port as somebody else would.
    func occupy(_ port: Int) async throws {
        if let daemon {
            _ = try await daemon.runForeign("foreign-\(port)", daemon.publishing(port))
        } else {
            _ = try await provider().create(EngineRequest(name: "occupant-\(port)", httpPort: port))
        }
    }

    /// What an engine says of itself.
    func answers(_ engine: ProvidedEngine) async -> Bool {
        let request = OutboundRequest(
            "GET", "http://\(engine.host):\(engine.httpPort)/webui/api/service?method=get_version", timeout: .seconds(2)
        )
        return (try? await outbound.send(request))?.status == 200
    }
}

extension DockerDaemon {
    var configuration: DockerConfiguration {
        var configuration = DockerConfiguration()
        configuration.daemon = .unix(path: socket)
        configuration.image = EngineImage(name: Self.image)
        configuration.publishAddress = node.address
        configuration.engineHost = node.address
        configuration.gracePeriod = .seconds(5)
        configuration.timeout = .seconds(30)
        return configuration
    }

    /// A container that has a port of the host.
    func publishing(_ port: Int) -> String {
        """
        {"Env": ["HTTP_PORT=6878", "BIND_ALL=true"], "ExposedPorts": {"6878/tcp": {}},
        "HostConfig": {"PortBindings": {"6878/tcp": [{"HostIp": "\(node.address)", "HostPort": "\(port)"}]}}}
        """
    }
}
