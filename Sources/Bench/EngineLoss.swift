import CLinux
import Foundation

/// What viewers see when their engine is killed: a real orchestrator has others running.
enum EngineLoss {
    private static let viewers = 100
    private static let content = "watched"

    static func round(_ site: BenchSite) throws(BenchError) -> [Sample] {
        let directory = FileManager.default.temporaryDirectory.appending(path: "weir-bench-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        // Engines outlive their orchestrator. Orphaned they become this process's children.
        weir_become_subreaper()
        // Once the programs started below are gone.
        defer { BenchProgram.endOrphans() }
        return try measure(site, directory)
    }

    private static func measure(_ site: BenchSite, _ directory: URL) throws(BenchError) -> [Sample] {
        let orchestrator = try orchestrator(site, directory)
        try waitForEngines(2, of: orchestrator)
        let proxy = try site.proxy(engine: 9, orchestrator: orchestrator.port)
        let watchers = Watchers()
        for _ in 0..<viewers { watchers.open("/ace/getstream?id=\(content)", port: proxy.port) }
        try watchers.run(until: "everybody watches", within: .seconds(20)) { watchers in
            watchers.all.allSatisfy { $0.firstByteAt != nil }
        }
        // Until another engine is warm.
        watchers.run(for: .seconds(3))
        watchers.forgetSilences()
        watchers.run(for: .seconds(1))
        let usual = watchers.longestSilence
        let engine = try busyEngine(orchestrator)
        watchers.forgetSilences()
        let before = watchers.all.map(\.bytes)
        _ = try LoopbackConnection(port: engine).answer("POST", "/sim/temper", body: #"{"crash_after":0}"#)
        watchers.run(for: .seconds(4))
        let alive = zip(watchers.all, before).count { !$0.hasEnded && $0.bytes - $1 > 1_000_000 }
        return withExtendedLifetime(proxy) {
            [
                Sample("longest gap", watchers.longestSilence, "ms", goal: .atMost(1000)),
                Sample("longest gap before", usual, "ms"),
                Sample("viewers that go on", Double(alive), goal: .exactly(Double(viewers))),
            ]
        }
    }

    private static func orchestrator(_ site: BenchSite, _ directory: URL) throws(BenchError) -> BenchProgram {
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        } catch {
            throw BenchError("cannot create \(directory.path): \(error)")
        }
        let path = directory.path
        let first = 20_000 + 100 * Int.random(in: 0..<100)
        return try BenchProgram(
            site.programs + "/weir-orchestrator",
            environment: {
                [
                    "APP_HOST": "127.0.0.1", "APP_PORT": "\($0)", "DB_URL": "sqlite:///\(path)/state.db", "API_KEY": "",
                    "ENGINE_STATE_DIR": "\(path)/engines", "MIN_REPLICAS": "2", "MAX_REPLICAS": "4",
                    "PORT_RANGE_HOST": "\(first)-\(first + 99)", "LOG_LEVEL": "error",
                    "ENGINE_COMMAND": "'\(site.programs)/weir-engine' --port {port} --name {name} --bitrate 8M",
                ]
            })
    }

    /// Waits until so many engines are healthy.
    private static func waitForEngines(_ count: Int, of orchestrator: BenchProgram) throws(BenchError) {
        let deadline = ContinuousClock.now + .seconds(30)
        while try enginePorts(orchestrator).count < count {
            guard ContinuousClock.now < deadline else { throw BenchError("the orchestrator has no engines after 30 s") }
            usleep(50_000)
        }
    }

    private static func enginePorts(_ orchestrator: BenchProgram) throws(BenchError) -> [Int] {
        struct Engine: Decodable {
            let port: Int
            let healthStatus: String
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let answer = try LoopbackConnection(port: orchestrator.port).answer("GET", "/engines")
        guard let body = answer.firstRange(of: "\r\n\r\n")?.upperBound,
            let engines = try? decoder.decode([Engine].self, from: Data(answer[body...].utf8))
        else { throw BenchError("the orchestrator does not list its engines: \(answer.prefix(200))") }
        return engines.filter { $0.healthStatus == "healthy" }.map(\.port)
    }

    /// The port of the engine that plays the stream.
    private static func busyEngine(_ orchestrator: BenchProgram) throws(BenchError) -> Int {
        for port in try enginePorts(orchestrator) where try EngineCounts(port: port).open > 0 { return port }
        throw BenchError("no engine has a session")
    }
}
