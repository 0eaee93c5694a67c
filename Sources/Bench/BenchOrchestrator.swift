import CLinux
import Foundation

/// A real orchestrator with simulated engines, and everything it leaves behind.
///
/// Engines outlive their orchestrator; when this value goes, they go too.
final class BenchOrchestrator {
    private let site: BenchSite
    private let directory: URL
    private let firstPort: Int
    private let engines: Int
    private let settings: [String: String]
    private let isMeasured: Bool
    private(set) var program: BenchProgram

    /// - Parameters:
    ///   - engines: how many are to run all the time.
    ///   - isMeasured: whether it has the server's processor; its engines run on the same one.
    ///   - settings: added to its environment.
    init(
        _ site: BenchSite, engines: Int, isMeasured: Bool = true, settings: [String: String] = [:]
    ) throws(BenchError) {
        self.site = site
        self.isMeasured = isMeasured
        self.engines = engines
        self.settings = settings
        directory = FileManager.default.temporaryDirectory.appending(path: "weir-bench-\(UUID().uuidString)")
        firstPort = 20_000 + 100 * Int.random(in: 0..<80)
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        } catch {
            throw BenchError("cannot create \(directory.path): \(error)")
        }
        // Orphaned engines become this process's children.
        weir_become_subreaper()
        program = try Self.start(site, directory, firstPort, engines, isMeasured, settings)
    }

    deinit {
        program.end()
        BenchProgram.endOrphans()
        try? FileManager.default.removeItem(at: directory)
    }

    var port: Int { program.port }

    /// Kills the orchestrator, and starts another on the same state.
    func restart() throws(BenchError) {
        program.end()
        program = try Self.start(site, directory, firstPort, engines, isMeasured, settings)
    }

    private static func start(
        _ site: BenchSite, _ directory: URL, _ firstPort: Int, _ engines: Int, _ isMeasured: Bool,
        _ settings: [String: String]
    ) throws(BenchError) -> BenchProgram {
        let path = directory.path
        let own: [String: String] = [
            "APP_HOST": "127.0.0.1", "DB_URL": "sqlite:///\(path)/state.db", "API_KEY": "",
            "ENGINE_STATE_DIR": "\(path)/engines", "MIN_REPLICAS": "\(engines)", "MAX_REPLICAS": "\(engines)",
            "PORT_RANGE_HOST": "\(firstPort)-\(firstPort + max(100, engines + engines / 10))", "LOG_LEVEL": "error",
            "MIN_PROVISION_INTERVAL_S": "0", "MAX_CONCURRENT_PROVISIONS": "20",
            "ENGINE_COMMAND": "'\(site.programs)/weir-engine' --port {port} --name {name} --bitrate 8M",
        ]
        let environment = { (port: Int) in own.merging(settings) { $1 }.merging(["APP_PORT": "\(port)"]) { $1 } }
        return isMeasured
            ? try site.server("weir-orchestrator", environment: environment)
            : try BenchProgram("\(site.programs)/weir-orchestrator", environment: environment)
    }

    /// An engine as the API lists it.
    struct Engine: Decodable, Hashable {
        let containerId: String
        let port: Int
        let healthStatus: String
    }

    /// All engines, in the order of the API.
    func listed() throws(BenchError) -> [Engine] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let answer = try LoopbackConnection(port: port).answer("GET", "/engines")
        guard let body = answer.firstRange(of: "\r\n\r\n")?.upperBound,
            let engines = try? decoder.decode([Engine].self, from: Data(answer[body...].utf8))
        else { throw BenchError("the orchestrator does not list its engines: \(answer.prefix(200))") }
        return engines
    }

    /// Waits until all engines are healthy.
    func waitForEngines(within limit: Duration = .seconds(60)) throws(BenchError) {
        let deadline = ContinuousClock.now + limit
        while try listed().count(where: { $0.healthStatus == "healthy" }) < engines {
            guard ContinuousClock.now < deadline else {
                throw BenchError("\(engines) engines are not healthy after \(limit)")
            }
            usleep(100_000)
        }
    }

    /// The processes of its engines, by the port they listen on.
    func enginePIDs() throws(BenchError) -> [Int: pid_t] {
        let ports = Set(try listed().map(\.port))
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        var found: [Int: pid_t] = [:]
        for pid in entries.compactMap({ pid_t($0) }) {
            let line = (try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8)) ?? ""
            let words = line.split(separator: "\0")
            guard words.first?.hasSuffix("/weir-engine") == true, let flag = words.firstIndex(of: "--port"),
                flag + 1 < words.count, let port = Int(words[flag + 1]), ports.contains(port)
            else { continue }
            found[port] = pid
        }
        return found
    }
}
