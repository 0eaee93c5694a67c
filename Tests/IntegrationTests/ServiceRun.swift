import Appliance
import Foundation

/// One of the services on its own, at a free port, with a directory of its own.
struct ServiceRun: Sendable {
    enum Service: String, Sendable, CaseIterable {
        case proxy
        case orchestrator
    }

    /// What curl got.
    struct Reply: Sendable {
        let status: Int
        /// By name in lower case.
        let headers: [String: String]
        let body: Data
        /// curl's exit code: not 0 when the answer broke off.
        let exitCode: Int32

        var text: String { String(decoding: body, as: UTF8.self) }
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    let port: Int
    let directory: URL

    var address: String { "127.0.0.1:\(port)" }

    /// - Parameter settings: beside those that every run has, or in their place.
    static func around(
        _ service: Service, settings: [String: String] = [:], _ body: (ServiceRun) async throws -> Void
    ) async throws {
        let directory = try ApplianceRun.makeDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let ports = try freePorts()
        let run = ServiceRun(port: ports[0], directory: directory)
        var environment = ["PATH": SpawnedProgram.searchPath, "HOME": directory.path]
        switch service {
        case .proxy:
            environment["ACEXY_LISTEN_ADDR"] = run.address
            environment["ACEXY_HOST"] = "127.0.0.1"
            environment["ACEXY_PORT"] = "\(ports[1])"
        case .orchestrator:
            let firstPort = 10_000 + 100 * Int.random(in: 0..<90)
            environment["APP_PORT"] = "\(run.port)"
            environment["DB_URL"] = "sqlite:///\(directory.appending(path: "orchestrator.db").path)"
            environment["ENGINE_STATE_DIR"] = directory.appending(path: "engines").path
            environment["PORT_RANGE_HOST"] = "\(firstPort)-\(firstPort + 99)"
            environment["MIN_REPLICAS"] = "1"
            environment["MAX_REPLICAS"] = "2"
        }
        environment.merge(settings) { _, own in own }
        let program = try SpawnedProgram(
            try ApplianceRun.products().appending(path: "weir-\(service.rawValue)").path, [], environment: environment,
            log: directory.appending(path: "log"))
        let outcome: Result<Void, any Error>
        do {
            try await eventually("\(service) answers", within: .seconds(30)) {
                try await run.curl("/metrics").status == 200
            }
            try await body(run)
            outcome = .success(())
        } catch {
            outcome = .failure(Overdue(description: "\(error); the program printed: \(program.output)"))
        }
        await end(program, in: directory)
        try outcome.get()
    }

    /// Ports that nobody listened on a moment ago.
    static func freePorts() throws -> [Int] {
        let requested = Dictionary(uniqueKeysWithValues: Component.allCases.map { ($0, 0) })
        return try Array(LoopbackPorts.resolve(requested).values)
    }

    /// Ends a program and the processes it left behind.
    static func end(_ program: SpawnedProgram, in directory: URL) async {
        let children = ProcessTable.descendants(of: program.pid, in: ProcessTable.entries())
        program.send(SIGTERM)
        await Task.detached {
            if (try? await program.ended(within: .seconds(10))) == nil {
                program.send(SIGKILL)
                _ = try? await program.ended(within: .seconds(5))
            }
            for pid in children { kill(pid, SIGKILL) }
        }.value
    }

    /// Asks with curl, which shares no code with the services.
    func curl(_ path: String, _ options: [String] = []) async throws -> Reply {
        try await Self.curl("http://\(address)\(path)", options, in: directory)
    }

    static func curl(_ url: String, _ options: [String] = [], in directory: URL) async throws -> Reply {
        let name = UUID().uuidString
        let body = directory.appending(path: "\(name).body")
        let head = directory.appending(path: "\(name).head")
        defer {
            try? FileManager.default.removeItem(at: body)
            try? FileManager.default.removeItem(at: head)
        }
        let call = try await SpawnedProgram.run(
            ["curl", "-sS", "--globoff", "--max-time", "20", "-o", body.path, "-D", head.path] + options + [url],
            within: .seconds(30))
        let lines = ((try? String(contentsOf: head, encoding: .utf8)) ?? "").split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            guard pair.count == 2 else { continue }
            headers[pair[0].lowercased()] = pair[1].trimmingCharacters(in: .whitespaces)
        }
        let words = lines.first?.split(separator: " ") ?? []
        return Reply(
            status: words.count > 1 ? Int(words[1]) ?? 0 : 0, headers: headers,
            body: (try? Data(contentsOf: body)) ?? Data(), exitCode: call.exitCode)
    }
}
