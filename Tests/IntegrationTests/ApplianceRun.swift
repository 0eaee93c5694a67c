import Appliance
import Foundation
import Outbound
import Testing

/// One run of the built `weir up` with everything it starts, in a directory of its own.
final class ApplianceRun: Sendable {
    /// The run of the suite that a test belongs to.
    @TaskLocal private static var suiteRun: ApplianceRun?
    static let client = OutboundClient()

    let directory: URL
    let supervisor: SpawnedProgram
    /// As written when all was ready; process ids change later.
    let table: RunTable

    private init(directory: URL, supervisor: SpawnedProgram, table: RunTable) {
        self.directory = directory
        self.supervisor = supervisor
        self.table = table
    }

    static func current() throws -> ApplianceRun {
        try #require(suiteRun, "the test's suite runs no appliance")
    }

    /// Runs `body` with an appliance that is ready, and leaves nothing of it behind, whatever happens.
    static func around(_ environment: [String: String], _ body: () async throws -> Void) async throws {
        let directory = try makeDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let supervisor = try startUp(in: directory, environment: environment)
        let outcome: Result<Void, any Error>
        do {
            try await eventually("weir up writes its table", within: .seconds(90)) {
                supervisor.exitCode != nil || FileManager.default.fileExists(atPath: json(in: directory).path)
            }
            let table = try readTable(in: directory)
            let run = ApplianceRun(directory: directory, supervisor: supervisor, table: table)
            try await $suiteRun.withValue(run) { try await body() }
            outcome = .success(())
        } catch {
            outcome = .failure(Overdue(description: "\(error); weir up printed: \(supervisor.output)"))
        }
        await end(supervisor, in: directory)
        try outcome.get()
    }

    /// Starts `weir up` with its state in `directory`, on free ports unless `arguments` say otherwise.
    static func startUp(
        in directory: URL, environment: [String: String] = [:], arguments: [String] = [], log: String = "up.log"
    ) throws -> SpawnedProgram {
        // Engines of runs side by side do not compete for ports.
        let firstPort = 10_000 + 100 * Int.random(in: 0..<90)
        let base = [
            "PATH": SpawnedProgram.searchPath, "PORT_RANGE_HOST": "\(firstPort)-\(firstPort + 99)",
        ]
        let ports = Component.allCases.map { "--\($0.rawValue)-port=0" }
        return try SpawnedProgram(
            try products().appending(path: "weir").path,
            ["up", "--data", data(in: directory).path, "--json", json(in: directory).path] + ports + arguments,
            environment: base.merging(environment) { _, new in new }, log: directory.appending(path: log))
    }

    static func makeDirectory() throws -> URL {
        let directory = FileManager.default.temporaryDirectory.appending(path: "weir-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        return directory
    }

    static func data(in directory: URL) -> URL { directory.appending(path: "data") }
    static func json(in directory: URL) -> URL { directory.appending(path: "run.json") }

    var json: URL { Self.json(in: directory) }

    /// The table as it is now.
    func readTable() throws -> RunTable { try Self.readTable(in: directory) }

    private static func readTable(in directory: URL) throws -> RunTable {
        try decode(RunTable.self, from: Data(contentsOf: json(in: directory)))
    }

    static func decode<Document: Decodable>(_ type: Document.Type, from data: Data) throws -> Document {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: data)
    }

    /// Every process of the run that is there, the supervisor included.
    func processes() -> Set<pid_t> { Self.processes(of: supervisor, in: directory) }

    static func processes(of supervisor: SpawnedProgram, in directory: URL) -> Set<pid_t> {
        let entries = ProcessTable.entries()
        var found: Set<pid_t> = []
        if supervisor.exitCode == nil {
            found = ProcessTable.descendants(of: supervisor.pid, in: entries).union([supervisor.pid])
        }
        let identity = try? String(contentsOf: data(in: directory).appending(path: "identity"), encoding: .utf8)
        guard let identity else { return found }
        let mark = "WEIR_APPLIANCE=" + identity.trimmingCharacters(in: .newlines)
        return found.union(ProcessTable.carrying(mark, in: entries))
    }

    /// Asks the run to end; what is still there after 20 s is killed.
    static func end(_ supervisor: SpawnedProgram, in directory: URL) async {
        supervisor.send(SIGINT)
        // A task of its own: the end must come also when the test was cancelled.
        await Task.detached {
            _ = try? await supervisor.ended(within: .seconds(20))
            for pid in processes(of: supervisor, in: directory) { kill(pid, SIGKILL) }
            _ = try? await supervisor.ended(within: .seconds(5))
        }.value
    }

    /// Where the package's programs are built: beside the test bundle.
    static func products() throws -> URL {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let candidates = [tests, CommandLine.arguments.first ?? "", CommandLine.arguments.last ?? ""]
        let directories = candidates.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
        return try #require(
            directories.first { FileManager.default.isExecutableFile(atPath: $0.appending(path: "weir").path) })
    }
}
