import Foundation
import Testing

/// An orchestrator and a proxy whose wall clock a test moves.
struct ShiftedServices: Sendable {
    private struct StreamList: Decodable {
        struct Session: Decodable {
            struct Viewer: Decodable { let connectedAt: String }
            let viewers: [Viewer]
        }
        let sessions: [Session]
    }

    private static let library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"

    private let directory: URL
    private let proxyPort: Int
    private let orchestratorPort: Int
    private var offset: URL { directory.appending(path: "offset") }

    static func around(_ body: (ShiftedServices) async throws -> Void) async throws {
        let directory = try ApplianceRun.makeDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let ports = try ServiceRun.freePorts()
        let services = ShiftedServices(directory: directory, proxyPort: ports[0], orchestratorPort: ports[1])
        try services.shift(days: 0)
        let programs = try ["orchestrator", "proxy"].map { name in
            try SpawnedProgram(
                try ApplianceRun.products().appending(path: "weir-\(name)").path, [],
                environment: services.environment(), log: directory.appending(path: name))
        }
        let outcome: Result<Void, any Error>
        do {
            try await eventually("two engines are free") {
                try await services.engines().count(where: \.isFree) >= 2
            }
            try await eventually("the proxy is well") { try await services.proxyHealth() == "ok" }
            try await body(services)
            outcome = .success(())
        } catch {
            let output = programs.map(\.output).joined(separator: "\n")
            outcome = .failure(Overdue(description: "\(error); the services printed: \(output)"))
        }
        for program in programs.reversed() { await ServiceRun.end(program, in: directory) }
        try outcome.get()
    }

    private func environment() throws -> [String: String] {
        let isInstalled = FileManager.default.isReadableFile(atPath: Self.library)
        try #require(isInstalled, "faketime is not installed")
        let firstPort = 10_000 + 100 * Int.random(in: 0..<90)
        return [
            "PATH": SpawnedProgram.searchPath, "HOME": directory.path,
            "LD_PRELOAD": Self.library, "FAKETIME_TIMESTAMP_FILE": offset.path, "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "APP_PORT": "\(orchestratorPort)", "PORT_RANGE_HOST": "\(firstPort)-\(firstPort + 99)",
            "DB_URL": "sqlite:///\(directory.appending(path: "orchestrator.db").path)",
            "ENGINE_STATE_DIR": directory.appending(path: "engines").path,
            "ENGINE_GRACE_PERIOD_S": "600", "AUTOSCALE_INTERVAL_S": "1", "HEALTH_CHECK_INTERVAL_S": "1",
            "ACEXY_LISTEN_ADDR": "127.0.0.1:\(proxyPort)", "ACEXY_ORCH_URL": "http://127.0.0.1:\(orchestratorPort)",
        ]
    }

    /// The true time and so many days from now on.
    func shift(days: Int) throws {
        try "\(days < 0 ? "" : "+")\(days)d\n".write(to: offset, atomically: true, encoding: .utf8)
    }

    /// By how many days the time of arrival of the newest viewer is off. The one who came first came at the true time.
    func daysShown() async throws -> Int? {
        let page = try await ServiceRun.curl("http://127.0.0.1:\(proxyPort)/ace/streams", in: directory)
        let viewers = try ApplianceRun.decode(StreamList.self, from: page.body).sessions.flatMap(\.viewers)
        let shifts = try viewers.map { viewer in
            let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
            return Int((try style.parse(viewer.connectedAt).timeIntervalSinceNow / 86_400).rounded())
        }
        return shifts.first { $0 != 0 } ?? shifts.first
    }

    func player(_ content: String) throws -> StreamReader {
        try StreamReader("http://127.0.0.1:\(proxyPort)/ace/getstream?id=\(content)")
    }

    func orchestrator(_ path: String) async throws -> ServiceRun.Reply {
        try await ServiceRun.curl("http://127.0.0.1:\(orchestratorPort)\(path)", in: directory)
    }

    func engines() async throws -> [Documents.Engine] {
        try ApplianceRun.decode([Documents.Engine].self, from: try await orchestrator("/engines").body)
    }

    func startedStreams() async throws -> [Documents.Stream] {
        try ApplianceRun.decode([Documents.Stream].self, from: try await orchestrator("/streams?status=started").body)
    }

    func proxyHealth() async throws -> String {
        let page = try await ServiceRun.curl("http://127.0.0.1:\(proxyPort)/health", in: directory)
        return try ApplianceRun.decode(Documents.ProxyHealth.self, from: page.body).status
    }
}
