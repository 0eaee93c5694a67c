import Foundation
import Glibc
import Outbound
import Synchronization

/// A real dockerd of the tests' own, in a network namespace, with its own data, and nothing left of it after.
final class DockerDaemon: Sendable {
    /// Whether this machine can run one: by root, with the tools installed.
    static let isAvailable: Bool = {
        let tools = ["dockerd", "containerd", "ip", "iptables", "nsenter", "curl", "ldd"]
        let folders = SpawnedProgram.searchPath.split(separator: ":")
        return geteuid() == 0
            && tools.allSatisfy { tool in
                folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)") }
            }
    }()

    static let image = "weir-engine:test"

    let node: TestNetwork.Node
    /// Short: a socket's path is bounded.
    let directory: URL
    private let arguments: [String]
    private let outbound = OutboundClient()
    private let program = Mutex<SpawnedProgram?>(nil)

    init(in node: TestNetwork.Node, arguments: [String] = []) throws {
        self.node = node
        self.arguments = arguments
        directory = URL(fileURLWithPath: "/tmp/weir-docker-\(node.namespace)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    /// Runs a test with one daemon that has the engine's image. Containers go on while it is gone.
    static func around(_ body: (DockerDaemon) async throws -> Void) async throws {
        try await TestNetwork.around(nodes: 1) { network in
            let daemon = try DockerDaemon(
                in: network.nodes[0], arguments: ["--live-restore", "--userland-proxy=false"])
            let outcome: Result<Void, any Error>
            do {
                try await daemon.start()
                try await daemon.importEngine()
                try await body(daemon)
                outcome = .success(())
            } catch {
                outcome = .failure(Overdue(description: "\(error); dockerd printed: \(daemon.complaints)"))
            }
            await daemon.dispose()
            try outcome.get()
        }
    }

    var socket: String { directory.appending(path: "d.sock").path }

    var pid: pid_t { program.withLock { $0?.pid ?? 0 } }

    /// The last lines of its log that tell of errors.
    private var complaints: String {
        let lines = program.withLock { $0?.output ?? "" }.split(separator: "\n")
        return lines.filter { $0.contains("level=error") || $0.contains("level=fatal") || $0.contains("failed") }
            .suffix(5).joined(separator: "\n")
    }

    func start() async throws {
        let words =
            [
                "dockerd", "--data-root", directory.appending(path: "data").path, "--exec-root",
                directory.appending(path: "exec").path, "-H", "unix://\(socket)", "--pidfile",
                directory.appending(path: "pid").path,
            ] + arguments
        // One that was killed leaves its number behind.
        try? FileManager.default.removeItem(at: directory.appending(path: "pid"))
        let started = try SpawnedProgram(
            "/usr/bin/env", node.command(words), environment: ["PATH": SpawnedProgram.searchPath],
            log: directory.appending(path: "log"))
        program.withLock { $0 = started }
        try await eventually("dockerd answers: \(self.complaints)", within: .seconds(60)) {
            try await self.call("GET", "/_ping").status == 200
        }
    }

    /// Ends it as a crash does.
    func kill() async throws {
        let running = program.withLock { $0 }
        running?.send(SIGKILL)
        _ = try await running?.ended(within: .seconds(30))
    }

    func send(_ signal: Int32) {
        program.withLock { $0 }?.send(signal)
    }

    func call(
        _ method: String, _ path: String, _ body: String? = nil, timeout: Duration = .seconds(60)
    ) async throws -> OutboundResponse {
        try await outbound.send(
            OutboundRequest(
                method, "http://docker\(path)", headers: [("Content-Type", "application/json")],
                body: body.map { Array($0.utf8) }, timeout: timeout, maximumBodyBytes: 32 << 20,
                unixSocketPath: socket))
    }

    func json(_ path: String) async throws -> Any {
        let answer = try await call("GET", path)
        guard answer.status == 200 else { throw Overdue(description: "\(path): \(answer.status) \(answer.text)") }
        return try JSONSerialization.jsonObject(with: Data(answer.body))
    }

    /// All containers, of whomever, by id.
    func containers() async throws -> [[String: Any]] {
        try await json("/containers/json?all=1") as? [[String: Any]] ?? []
    }

    /// Starts a container that is none of ours.
    func runForeign(_ name: String, _ specification: String = "{}") async throws -> String {
        var body = try JSONSerialization.jsonObject(with: Data(specification.utf8)) as? [String: Any] ?? [:]
        body["Image"] = Self.image
        let text = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
        let made = try await call("POST", "/containers/create?name=\(name)", text)
        let answer = try JSONSerialization.jsonObject(with: Data(made.body)) as? [String: Any]
        guard let id = answer?["Id"] as? String else { throw Overdue(description: made.text) }
        let started = try await call("POST", "/containers/\(id)/start")
        guard started.status == 204 else { throw Overdue(description: started.text) }
        return id
    }

    /// Makes an image of the built engine and the libraries it needs.
    func importEngine() async throws {
        let archive = try await EngineArchive.shared.path()
        let changes = [#"ENTRYPOINT+["/weir-engine"]"#, "USER+65534"].map { "changes=" + Self.encoded($0) }
        let parts = Self.image.split(separator: ":")
        let target = "http://docker/images/create?fromSrc=-&repo=\(parts[0])&tag=\(parts[1])&"
        let done = try await SpawnedProgram.run(
            [
                "curl", "-sS", "--fail-with-body", "--globoff", "--unix-socket", socket, "-X", "POST", "-H",
                "Content-Type: application/x-tar", "-H", "Expect:", "--data-binary", "@\(archive)",
                target + changes.joined(separator: "&"),
            ], within: .seconds(120))
        guard done.exitCode == 0, !done.output.contains("errorDetail") else {
            throw Overdue(description: "no image: \(done.output)")
        }
    }

    private static func encoded(_ text: String) -> String {
        text.replacing("[", with: "%5B").replacing("]", with: "%5D").replacing("\"", with: "%22")
    }

    // MARK: End

    /// Removes every container, ends the daemon and whatever it left behind, and deletes its data.
    func dispose() async {
        send(SIGCONT)
        if program.withLock({ $0?.exitCode }) != nil { try? await start() }
        for container in (try? await containers()) ?? [] {
            guard let id = container["Id"] as? String else { continue }
            _ = try? await call("DELETE", "/containers/\(id)?force=1&v=1")
        }
        send(SIGTERM)
        if let running = program.withLock({ $0 }), (try? await running.ended(within: .seconds(20))) == nil {
            running.send(SIGKILL)
            _ = try? await running.ended(within: .seconds(10))
        }
        outbound.shutDown()
        let directory = directory.path
        await Task.detached { Self.sweep(directory) }.value
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Kills what still names the directory in its command, containerd and its shims, and unmounts what lies below.
    static func sweep(_ directory: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            guard let pid = pid_t(name), pid != getpid(),
                let command = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/cmdline")),
                String(decoding: command, as: UTF8.self).contains(directory + "/")
            else { continue }
            Glibc.kill(pid, SIGKILL)
        }
        let mounts = (try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8)) ?? ""
        let below = mounts.split(separator: "\n").compactMap { $0.split(separator: " ").dropFirst().first }
            .filter { $0.hasPrefix(directory + "/") }
        for path in below.reversed() { umount2(String(path), Int32(MNT_DETACH)) }
    }
}
