import Foundation
import Testing

private let hasStackTools = ["docker", "docker-compose", "haproxy", "prometheus", "ffprobe"].allSatisfy { tool in
    (SpawnedProgram.searchPath + ":/usr/sbin").split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)")
    }
}

/// The image and the Compose file on a real daemon: built, started, healthy, watched.
@Suite(.serialized, .enabled(if: DockerDaemon.isAvailable && hasStackTools, "needs root, dockerd and Compose"))
struct StackTests {
    /// Runs a script to its end; its output is in the failure.
    @discardableResult
    private func run(
        _ script: String, in daemon: DockerDaemon, _ directory: URL, within limit: Duration = .seconds(240)
    ) async throws -> String {
        let settings = [
            "DOCKER_HOST": "unix://\(daemon.socket)", "COMPOSE_PROJECT_NAME": "stack", "WEIR_IMAGE": "weir:test",
            "WEIR_ENGINE_IMAGE": "weir-engine:video", "HAPROXY_IMAGE": "weir-haproxy:test",
            "PROMETHEUS_IMAGE": "weir-prometheus:test", "ALERTMANAGER_IMAGE": "weir-alertmanager:test",
            "WEIR_DOCKER_SOCKET": daemon.socket, "WEIR_API_KEY_FILE": directory.appending(path: "key").path,
            "WEIR_SETTINGS": "light", "WEIR_DESCRIPTORS": "16384", "HOME": directory.path,
        ]
        let words = settings.map { "\($0)=\($1)" }
        let deploy = Balancer.deploy.path
        let call = try await SpawnedProgram.run(
            ["env"] + words + ["bash", "-euc", "cd '\(deploy)'; \(script)"], within: limit)
        guard call.exitCode == 0 else { throw Overdue(description: "\(script): \(call.output.suffix(2000))") }
        return call.output
    }

    @Test func theStackPlaysVideoAndIsWatched() async throws {
        let directory = try ApplianceRun.makeDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let key = directory.appending(path: "key")
        try "0123456789abcdef0123456789abcdef\n".write(to: key, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key.path)
        try await DockerDaemon.around { daemon in
            try await run("./local-images '\(ApplianceRun.products().path)' test", in: daemon, directory)
            // Engines that play a real video.
            try await run(
                """
                cd '\(directory.path)'
                ffmpeg -v error -f lavfi -i testsrc=size=320x240:rate=25 -t 4 -c:v mpeg2video -b:v 1M video.ts
                echo 'FROM weir-engine:test' >Dockerfile
                echo 'COPY video.ts /video.ts' >>Dockerfile
                echo 'CMD ["weir-engine", "--source", "/video.ts"]' >>Dockerfile
                DOCKER_BUILDKIT=0 docker build -q -t weir-engine:video .
                """, in: daemon, directory)
            try await run("docker-compose -f docker-compose.yml up -d", in: daemon, directory)
            try await eventually("all health checks are green", within: .seconds(90)) {
                let states = try await run("docker ps --format '{{.Names}} {{.Status}}'", in: daemon, directory)
                return states.split(separator: "\n").count { $0.contains("(healthy)") } == 3
            }
            try await play(daemon)
            try await theSocketProxyAllowsContainersOnly(daemon, directory)
            try await everybodyIsScraped(daemon)
            // As the file says: engines are the orchestrator's, Compose knows nothing of them.
            try await run(
                """
                docker-compose -f docker-compose.yml stop -t 5 orchestrator
                docker rm -f $(docker ps -aq --filter label=acestream-orchestrator)
                docker-compose -f docker-compose.yml down -v -t 5
                """, in: daemon, directory)
            #expect(try await daemon.containers().isEmpty)
        }
    }

    private func play(_ daemon: DockerDaemon) async throws {
        let content = ApplianceRun.content(1)
        let probe = try await SpawnedProgram.run(
            daemon.node.command([
                "ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "stream=codec_name,width", "-of",
                "default=nokey=1", "http://127.0.0.1:8080/ace/getstream?id=\(content)",
            ]), within: .seconds(60))
        #expect(probe.output.contains("mpeg2video\n320\n"), "\(probe.output)")
    }

    /// What the orchestrator's own container may ask of the daemon.
    private func theSocketProxyAllowsContainersOnly(_ daemon: DockerDaemon, _ directory: URL) async throws {
        func probe(_ path: String) async throws -> String {
            try await run(
                "docker exec stack_orchestrator_1 weir probe 'http://docker-socket:2375\(path)' 2>&1 || true",
                in: daemon,
                directory)
        }
        for path in ["/_ping", "/v1.41/containers/json"] {
            #expect(try await probe(path).contains("answers 200"), "\(path)")
        }
        for path in ["/volumes", "/images/json", "/secrets", "/v1.41/swarm", "/containers/../volumes"] {
            #expect(try await probe(path).contains("answers 403"), "\(path)")
        }
    }

    private func everybodyIsScraped(_ daemon: DockerDaemon) async throws {
        try await eventually("Prometheus sees three services", within: .seconds(60)) {
            let answer = try await SpawnedProgram.run(
                daemon.node.command(["curl", "-s", "http://127.0.0.1:9090/api/v1/query?query=sum(up)"]),
                within: .seconds(20))
            return answer.output.contains("\"6\"]")
        }
    }
}
