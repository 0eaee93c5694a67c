import Foundation
import Glibc
import Providers
import Testing

@Suite struct ProcessProviderTests {
    @Test func startsListsAndRemovesAnEngine() async throws {
        let workshop = Workshop()
        try await workshop.run {
            let provider = try workshop.provider("/bin/sh -c 'echo $HTTP_PORT {port} {name}; exec sleep 600'")
            let port = try Workshop.freePort()
            let engine = try await provider.create(
                EngineRequest(
                    name: "acestream-1", httpPort: port, labels: ["a": "b"], environment: ["HTTP_PORT": "\(port)"]))
            #expect(engine.id.wholeMatch(of: /[0-9a-f]{64}/) != nil)
            #expect(engine.name == "acestream-1" && engine.httpPort == port && engine.host == "127.0.0.1")
            #expect(engine.labels == ["a": "b", "acestream-orchestrator": "true"])
            #expect(engine.isRunning && engine.image == "/bin/sh")
            #expect(abs(engine.createdAtMilliseconds - Int64(Date().timeIntervalSince1970 * 1000)) < 60_000)
            #expect(try await provider.list() == [engine])

            let pid = try workshop.pid(engine.id)
            #expect(getsid(pid) == pid)
            let record = try workshop.record(engine.id)
            #expect(record["pid_start_ticks"] as? UInt64 == (try Workshop.startTicks(pid)))
            try await eventually("the engine's output is logged") {
                workshop.log(engine.id) == "\(port) \(port) acestream-1\n"
            }

            try await provider.remove(engine.id)
            #expect(try await provider.list().isEmpty)
            #expect(Workshop.state(pid) == nil)
            #expect(try workshop.files().isEmpty)
            try await provider.remove(engine.id)
            try await provider.remove("../../etc/passwd")
        }
    }

    @Test func listsNothingBeforeTheFirstEngine() async throws {
        #expect(try await Workshop().provider().list().isEmpty)
    }

    @Test func passesOnTheMarkOfItsSupervisorButNoSecret() async throws {
        let workshop = Workshop()
        try await workshop.run {
            setenv("WEIR_TEST_SECRET", "hidden", 1)
            setenv("WEIR_APPLIANCE", "mark", 1)
            let engine = try await workshop.provider().create(
                EngineRequest(name: "e", httpPort: try Workshop.freePort(), environment: ["A": "1 2"]))
            let environment = Workshop.environment(try workshop.pid(engine.id))
            #expect(environment.contains("A=1 2") && environment.contains("WEIR_ENGINE_ID=\(engine.id)"))
            #expect(!environment.contains { $0.hasPrefix("WEIR_TEST_SECRET=") })
            #expect(environment.contains("WEIR_APPLIANCE=mark"))
        }
    }

    @Test func anEngineThatDiesIsSeenAsExitedAndLeavesNoZombie() async throws {
        let workshop = Workshop()
        try await workshop.run {
            let provider = try workshop.provider()
            let port = try Workshop.freePort()
            let engine = try await provider.create(EngineRequest(name: "e", httpPort: port))
            let pid = try workshop.pid(engine.id)
            kill(pid, SIGKILL)
            try await eventually("the engine is listed as exited") {
                try await provider.list().first?.isRunning == false
            }
            #expect(Workshop.state(pid) == nil)

            // Its port is free again, its name only once it is removed; its log is kept.
            await expect(.nameInUse) { _ = try await provider.create(EngineRequest(name: "e", httpPort: port)) }
            try await provider.remove(engine.id)
            #expect(try workshop.files() == ["\(engine.id).log"])
            let next = try await provider.create(EngineRequest(name: "e", httpPort: port))
            #expect(try await provider.list() == [next])
        }
    }

    @Test func anEngineThatIgnoresTermIsKilledWithWhatItStarted() async throws {
        let workshop = Workshop()
        try await workshop.run {
            let provider = try workshop.provider(
                "sh -c 'trap \"\" TERM; sleep 600 & echo $!; while :; do sleep 600; done'",
                gracePeriod: .milliseconds(200))
            let engine = try await provider.create(EngineRequest(name: "e", httpPort: try Workshop.freePort()))
            let pid = try workshop.pid(engine.id)
            var child: Int32 = 0
            try await eventually("the engine has started a process") {
                child = workshop.log(engine.id).flatMap { Int32($0.dropLast()) } ?? 0
                return child != 0
            }
            let clock = ContinuousClock()
            let took = try await clock.measure { try await provider.remove(engine.id) }
            #expect(took >= .milliseconds(200))
            #expect(Workshop.state(pid) == nil)
            try await eventually("what the engine started is gone") { [nil, "Z"].contains(Workshop.state(child)) }
            #expect(try workshop.files().isEmpty)
        }
    }

    @Test func manyEnginesAreStartedAndRemovedAtOnce() async throws {
        let workshop = Workshop()
        try await workshop.run {
            let provider = try workshop.provider()
            let ports = try (0..<20).map { _ in try Workshop.freePort() }
            let engines = try await withThrowingTaskGroup(of: ProvidedEngine.self) { group in
                for (index, port) in ports.enumerated() {
                    group.addTask { try await provider.create(EngineRequest(name: "e-\(index)", httpPort: port)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(engines.map(\.id)).count == 20)
            #expect(Set(try await provider.list()) == Set(engines))
            let pids = try engines.map { try workshop.pid($0.id) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for engine in engines { group.addTask { try await provider.remove(engine.id) } }
                try await group.waitForAll()
            }
            #expect(pids.allSatisfy { Workshop.state($0) == nil })
            #expect(try workshop.files().isEmpty)
        }
    }

    @Test func onlyOneOfTwoRequestsForAPortSucceeds() async throws {
        let workshop = Workshop()
        try await workshop.run {
            let provider = try workshop.provider()
            let port = try Workshop.freePort()
            let created = await withTaskGroup(of: Bool.self) { group in
                for index in 0..<8 {
                    group.addTask {
                        (try? await provider.create(EngineRequest(name: "e-\(index)", httpPort: port))) != nil
                    }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(created == 1)
            #expect(try await provider.list().count == 1)
        }
    }

    @Test func anEngineThatListensHoldsItsPort() async throws {
        let workshop = Workshop()
        try await workshop.run {
            let provider = try workshop.provider("python3 -m http.server {port}")
            let port = try Workshop.freePort()
            let engine = try await provider.create(EngineRequest(name: "e", httpPort: port))
            try await eventually("the engine listens") { Self.connects(to: port) }
            await expect(.portInUse) { _ = try await provider.create(EngineRequest(name: "f", httpPort: port)) }
            try await provider.remove(engine.id)
            #expect(!Self.connects(to: port))
        }
    }

    @Test func logsAreBounded() async throws {
        let workshop = Workshop()
        try await workshop.run {
            let provider = try workshop.provider("sh -c 'yes | head -c 5000; exec sleep 600'", maxLogBytes: 4096)
            let engine = try await provider.create(EngineRequest(name: "e", httpPort: try Workshop.freePort()))
            try await eventually("the log is emptied") {
                let before = workshop.log(engine.id)?.utf8.count ?? 0
                _ = try await provider.list()
                return before == 5000 && workshop.log(engine.id) == ""
            }
        }
    }

    @Test func onlySoManyLogsOfCrashedEnginesAreKept() async throws {
        let workshop = Workshop()
        try await workshop.run {
            let provider = try workshop.provider("/bin/false", maxKeptLogs: 2)
            for index in 0..<4 {
                let engine = try await provider.create(
                    EngineRequest(name: "e-\(index)", httpPort: try Workshop.freePort()))
                try await eventually("it has exited") { try await provider.list().first?.isRunning == false }
                try await provider.remove(engine.id)
            }
            #expect(try workshop.files().filter { $0.hasSuffix(".log") }.count == 2)
            #expect(try workshop.records().isEmpty)
        }
    }

    private static func connects(to port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

/// Expects an operation to fail with a code; the error is given back for a look at its message.
@discardableResult
func expect(
    _ code: ProviderError.Code, sourceLocation: SourceLocation = #_sourceLocation,
    _ operation: () async throws -> Void
) async -> ProviderError? {
    do {
        try await operation()
        Issue.record("no error", sourceLocation: sourceLocation)
    } catch let error as ProviderError {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        return error
    } catch {
        Issue.record("\(error)", sourceLocation: sourceLocation)
    }
    return nil
}
