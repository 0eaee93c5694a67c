import Foundation
import Logging
import Providers
import Testing

@Suite struct ProcessProviderRefusalTests {
    @Test func refusesAPortOnWhichSomethingListens() async throws {
        let workshop = Workshop()
        let listener = try Listener()
        let error = await expect(.portInUse) {
            _ = try await workshop.provider().create(EngineRequest(name: "e", httpPort: listener.port))
        }
        #expect(error?.message == "something listens on port \(listener.port)")
        #expect(try workshop.files().isEmpty)
    }

    @Test(arguments: [0, -1, 65_536])
    func refusesAPortThatIsNone(port: Int) async throws {
        let provider = try Workshop().provider()
        await expect(.refused) { _ = try await provider.create(EngineRequest(name: "e", httpPort: port)) }
    }

    @Test(arguments: ["", "-a", "a b", "../a", "é", String(repeating: "a", count: 129)])
    func refusesANameThatIsNone(name: String) async throws {
        let provider = try Workshop().provider()
        await expect(.refused) { _ = try await provider.create(EngineRequest(name: name, httpPort: 19_000)) }
    }

    @Test(arguments: [("", "x"), ("a=b", "x"), ("a", "x\0y")])
    func refusesAnEnvironmentThatCannotBePassedOn(key: String, value: String) async throws {
        let provider = try Workshop().provider()
        await expect(.refused) {
            _ = try await provider.create(EngineRequest(name: "e", httpPort: 19_000, environment: [key: value]))
        }
    }

    @Test(arguments: ["/nonexistent/engine", "weir-no-such-program", "/etc/passwd", "/tmp"])
    func saysThatTheProgramCannotBeExecuted(program: String) async throws {
        let workshop = Workshop()
        let port = try Workshop.freePort()
        let error = await expect(.commandNotFound) {
            _ = try await workshop.provider(program).create(EngineRequest(name: "e", httpPort: port))
        }
        #expect(error?.message.hasPrefix("cannot execute \(program): ") == true)
        #expect(try workshop.files().isEmpty)
    }

    @Test func aFileThatIsNoProgramLeavesNothingBehind() async throws {
        let workshop = Workshop()
        let program = NSTemporaryDirectory() + "weir-not-a-program-\(UUID().uuidString)"
        try Data([0x7f, 0x45, 0x4c, 0x46, 0, 0]).write(to: URL(fileURLWithPath: program))
        defer { try? FileManager.default.removeItem(atPath: program) }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let port = try Workshop.freePort()
        // A process started just now by another test may still hold the file open for writing: text file busy.
        try await eventually("the file is found to be no program") {
            do {
                _ = try await workshop.provider(program).create(EngineRequest(name: "e", httpPort: port))
                return false
            } catch let error as ProviderError {
                return error.code == .commandNotFound
            }
        }
        #expect(try workshop.files().isEmpty)
    }

    @Test func saysWhyTheStateFolderCannotBeWritten() async throws {
        let provider = ProcessProvider(
            command: ProcessCommand(program: "/bin/sleep", arguments: ["600"]),
            stateDirectory: "/dev/null/engines", logger: .init(label: "test"))
        let port = try Workshop.freePort()
        let error = await expect(.unavailable) {
            _ = try await provider.create(EngineRequest(name: "e", httpPort: port))
        }
        #expect(error?.message.contains("/dev/null/engines") == true)
        #expect(error?.message.contains("Not a directory") == true)
        await expect(.unavailable) { _ = try await provider.list() }
    }
}
