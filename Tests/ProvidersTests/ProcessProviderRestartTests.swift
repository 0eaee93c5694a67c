import CLinux
import Foundation
import Glibc
import Providers
import Testing

/// What a provider finds in a folder that another one has written.
@Suite struct ProcessProviderRestartTests {
    private let id = Workshop.randomID()

    @Test func anotherProviderAdoptsTheEngines() async throws {
        let workshop = Workshop()
        try await workshop.run {
            let engine = try await workshop.provider().create(
                EngineRequest(name: "e", httpPort: try Workshop.freePort(), labels: ["a": "b"]))
            let successor = try workshop.provider("/bin/true")
            #expect(try await successor.list() == [engine])
            let pid = try workshop.pid(engine.id)
            try await successor.remove(engine.id)
            #expect(Workshop.state(pid) == nil)
            #expect(try await successor.list().isEmpty)
        }
    }

    @Test func anEngineThatIsNoChildOfOursIsAdoptedAndRemoved() async throws {
        let workshop = Workshop()
        try await workshop.run {
            let pid = try Self.orphan(marked: id)
            try workshop.write(
                intent(createdAt: 0).merging(["pid": pid, "pid_start_ticks": Workshop.startTicks(pid)]) {
                    $1
                })
            let provider = try workshop.provider()
            #expect(try await provider.list().map(\.isRunning) == [true])
            try await provider.remove(id)
            #expect([nil, "Z"].contains(Workshop.state(pid)))
            #expect(try await provider.list().isEmpty)
        }
    }

    @Test func aProcessThatGotTheNumberIsNeverTouched() async throws {
        let workshop = Workshop()
        let bystander = try Self.orphan(marked: "another")
        defer { kill(bystander, SIGKILL) }
        let ticks = try Workshop.startTicks(bystander)
        try workshop.write(intent(createdAt: 0).merging(["pid": bystander, "pid_start_ticks": ticks - 1]) { $1 })
        let provider = try workshop.provider()
        #expect(try await provider.list().map(\.isRunning) == [false])
        try await provider.remove(id)
        #expect(try await provider.list().isEmpty)
        #expect(Workshop.state(bystander) == "S")
    }

    @Test func aProcessOfAnEarlierStartOfTheMachineIsNeverTouched() async throws {
        let workshop = Workshop()
        let bystander = try Self.orphan(marked: "another")
        defer { kill(bystander, SIGKILL) }
        let ticks = try Workshop.startTicks(bystander)
        try workshop.write(
            intent(createdAt: 0).merging(["pid": bystander, "pid_start_ticks": ticks, "boot_id": "earlier"]) { $1 })
        let provider = try workshop.provider()
        #expect(try await provider.list().map(\.isRunning) == [false])
        try await provider.remove(id)
        #expect(Workshop.state(bystander) == "S")
    }

    @Test func anIntentWhoseProcessRunsIsCompleted() async throws {
        let workshop = Workshop()
        try await workshop.run {
            let pid = try Self.orphan(marked: id)
            try workshop.write(intent(createdAt: 0))
            let provider = try workshop.provider()
            let engines = try await provider.list()
            #expect(engines.map(\.id) == [id] && engines.map(\.isRunning) == [true])
            #expect(try workshop.pid(id) == pid)
            try await provider.remove(id)
            #expect([nil, "Z"].contains(Workshop.state(pid)))
            #expect(try workshop.files().isEmpty)
        }
    }

    @Test func anIntentThatCameToNothingIsForgotten() async throws {
        let workshop = Workshop()
        try workshop.write(intent(createdAt: 0))
        let provider = try workshop.provider()
        #expect(try await provider.list().isEmpty)
        #expect(try workshop.files().isEmpty)
    }

    @Test func anIntentThatMayYetComeToSomethingKeepsItsName() async throws {
        let workshop = Workshop()
        // Dated ahead, so that it is still young when a busy machine gets to it.
        try workshop.write(intent(createdAt: Int64(Date().timeIntervalSince1970 * 1000) + 9_000))
        let provider = try workshop.provider()
        #expect(try await provider.list().isEmpty)
        #expect(try workshop.files() == ["\(id).json"])
        let port = try Workshop.freePort()
        await expect(.nameInUse) { _ = try await provider.create(EngineRequest(name: "e", httpPort: port)) }
        await expect(.unavailable) { try await provider.remove(id) }
    }

    @Test func anIntentWhoseWriterIsAtWorkIsKept() async throws {
        let workshop = Workshop()
        let writer = try Self.orphan(marked: "another")
        try workshop.write(
            intent(createdAt: 0).merging(
                ["creator_pid": writer, "creator_start_ticks": Workshop.startTicks(writer)]) { $1 })
        let provider = try workshop.provider()
        #expect(try await provider.list().isEmpty)
        #expect(try workshop.files() == ["\(id).json"])
        kill(writer, SIGKILL)
        try await eventually("the intent is forgotten") {
            _ = try await provider.list()
            return try workshop.files().isEmpty
        }
    }

    @Test(arguments: ["", "{", "[]", #"{"id":"other"}"#])
    func aDamagedRecordIsSetAsideAndItsProcessEnded(content: String) async throws {
        let workshop = Workshop()
        let pid = try Self.orphan(marked: id)
        try workshop.write(["id": id])
        try Data(content.utf8).write(to: URL(fileURLWithPath: "\(workshop.folder)/\(id).json"))
        let provider = try workshop.provider()
        #expect(try await provider.list().isEmpty)
        #expect(try workshop.files() == ["\(id).json.damaged"])
        try await eventually("its process is gone") { [nil, "Z"].contains(Workshop.state(pid)) }
    }

    @Test func filesOfOthersAreLeftAlone() async throws {
        let workshop = Workshop()
        try FileManager.default.createDirectory(atPath: workshop.folder, withIntermediateDirectories: true)
        for name in ["notes.json", "\(id.dropLast()).json", "x.log", "\(id.uppercased()).json"] {
            try Data("{".utf8).write(to: URL(fileURLWithPath: "\(workshop.folder)/\(name)"))
        }
        let before = try workshop.files()
        #expect(try await workshop.provider().list().isEmpty)
        #expect(try workshop.files() == before)
    }

    private func intent(createdAt: Int64) -> [String: Any] {
        [
            "id": id, "name": "e", "host": "127.0.0.1", "http_port": 19_000, "labels": [String: String](),
            "created_at_ms": createdAt, "command": ["/bin/sleep", "600"],
        ]
    }

    /// A process that is not our child, leads its session and carries an id; its name holds blanks and parentheses.
    private static func orphan(marked id: String) throws -> Int32 {
        let program = NSTemporaryDirectory() + "a) S (b \(UUID().uuidString)"
        try FileManager.default.copyItem(atPath: "/bin/sleep", toPath: program)
        defer { try? FileManager.default.removeItem(atPath: program) }
        let output = program + ".pid"
        defer { try? FileManager.default.removeItem(atPath: output) }
        let script = #"setsid "$0" 600 >/dev/null 2>&1 & echo $!"#
        let words: [String] = ["sh", "-c", script, program]
        let variables: [String] = ["WEIR_ENGINE_ID=\(id)", "PATH=/usr/bin:/bin"]
        let arguments = words.map { strdup($0) } + [nil]
        let environment = variables.map { strdup($0) } + [nil]
        defer { (arguments + environment).forEach { free($0) } }
        var shell: pid_t = 0
        try #require(weir_spawn("/bin/sh", arguments, environment, output, &shell) == 0)
        waitpid(shell, nil, 0)
        let pid = try #require(Int32(String(contentsOfFile: output, encoding: .utf8).dropLast()))
        // Until setsid has become the program under test.
        while (try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8))?.hasPrefix("a) S (b") == false {}
        return pid
    }
}
