import Foundation
import Providers
import Testing

/// What every provider must do, done by each with real engines.
@Suite(.serialized) struct ProviderContractTests {
    @Test(arguments: ProviderBench.Kind.here)
    func engines(_ kind: ProviderBench.Kind) async throws {
        try await ProviderBench.around(kind) { bench in
            try await oneIsStartedListedAndRemoved(bench)
            try await oneThatCrashesIsListedAsEnded(bench)
            try await onlyOneOfSeveralGetsAPort(bench)
            try await aPortOfSomebodyElseIsNotGiven(bench)
            try await anotherProviderAdoptsThem(bench)
            try await theirUseIsMeasured(bench)
            try await whatIsNoEngineIsRefused(bench)
            try await twentyAreStartedAndRemovedAtOnce(bench)
            #expect(try await bench.provider().list().isEmpty)
        }
    }

    private func oneIsStartedListedAndRemoved(_ bench: ProviderBench) async throws {
        let provider = try bench.provider()
        #expect(try await provider.list().isEmpty)
        let request = EngineRequest(name: "acestream-1", httpPort: bench.firstPort, labels: ["a": "b"])
        let engine = try await provider.create(request)
        #expect(engine.id.wholeMatch(of: /[0-9a-f]{64}/) != nil)
        #expect(engine.name == "acestream-1" && engine.httpPort == bench.firstPort && engine.isRunning)
        #expect(engine.labels["a"] == "b" && engine.labels["acestream-orchestrator"] == "true")
        #expect(abs(engine.createdAtMilliseconds - Int64(Date().timeIntervalSince1970 * 1000)) < 60_000)
        #expect(try await provider.list() == [engine])
        try await eventually("the engine answers") { await bench.answers(engine) }
        try await provider.remove(engine.id)
        #expect(try await provider.list().isEmpty)
        #expect(await !bench.answers(engine))
        try await provider.remove(engine.id)
        try await provider.remove("../../etc/passwd")
        try await provider.remove(String(repeating: "0", count: 64))
    }

    private func oneThatCrashesIsListedAsEnded(_ bench: ProviderBench) async throws {
        let provider = try bench.provider()
        let request = EngineRequest(name: "engine", httpPort: bench.firstPort)
        let engine = try await provider.create(request)
        try await bench.crash(engine)
        try await eventually("it is listed as ended") { try await provider.list().map(\.isRunning) == [false] }
        await expect(.nameInUse) { _ = try await provider.create(request) }
        try await provider.remove(engine.id)
        let next = try await provider.create(request)
        #expect(next.id != engine.id)
        #expect(try await provider.list() == [next])
        try await provider.remove(next.id)
    }

    private func onlyOneOfSeveralGetsAPort(_ bench: ProviderBench) async throws {
        let provider = try bench.provider()
        let port = bench.firstPort + 1
        let refusals = await withTaskGroup(of: ProviderError.Code?.self) { group in
            for index in 0..<6 {
                group.addTask {
                    do {
                        _ = try await provider.create(EngineRequest(name: "same-\(index)", httpPort: port))
                        return nil
                    } catch {
                        return (error as? ProviderError)?.code
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(refusals.count { $0 == nil } == 1 && refusals.count { $0 == .portInUse } == 5, "\(refusals)")
        let listed = try await provider.list()
        #expect(listed.count == 1)
        for engine in listed { try await provider.remove(engine.id) }
    }

    private func aPortOfSomebodyElseIsNotGiven(_ bench: ProviderBench) async throws {
        let provider = try bench.provider()
        let port = bench.firstPort + 2
        try await bench.occupy(port)
        let before = try await provider.list()
        await expect(.portInUse) { _ = try await provider.create(EngineRequest(name: "engine", httpPort: port)) }
        #expect(try await provider.list() == before)
        let engine = try await provider.create(EngineRequest(name: "engine", httpPort: port + 1))
        for engine in before + [engine] { try await provider.remove(engine.id) }
    }

    private func anotherProviderAdoptsThem(_ bench: ProviderBench) async throws {
        let engine = try await bench.provider().create(EngineRequest(name: "engine", httpPort: bench.firstPort + 4))
        let successor = try bench.provider()
        #expect(try await successor.list() == [engine])
        await expect(.nameInUse) {
            _ = try await successor.create(EngineRequest(name: "engine", httpPort: bench.firstPort + 5))
        }
        try await successor.remove(engine.id)
        #expect(try await bench.provider().list().isEmpty)
    }

    private func theirUseIsMeasured(_ bench: ProviderBench) async throws {
        let provider = try bench.provider()
        let engine = try await provider.create(EngineRequest(name: "engine", httpPort: bench.firstPort + 6))
        try await eventually("the engine answers") { await bench.answers(engine) }
        let first = try #require(try await provider.statistics(of: [engine.id, "unknown"]).first)
        #expect(first.engineID == engine.id && first.cpuPercent == 0)
        #expect((1 << 20..<1 << 30).contains(first.memoryBytes), "\(first.memoryBytes)")
        try await eventually("it has used the processor") {
            _ = await bench.answers(engine)
            return try await provider.statistics(of: [engine.id]).first.map { $0.cpuPercent > 0 } == true
        }
        try await provider.remove(engine.id)
        #expect(try await provider.statistics(of: [engine.id]).isEmpty)
    }

    private func whatIsNoEngineIsRefused(_ bench: ProviderBench) async throws {
        let provider = try bench.provider()
        for name in ["", "-a", "a b", "../a", "é", String(repeating: "a", count: 129)] {
            await expect(.refused) { _ = try await provider.create(EngineRequest(name: name, httpPort: 19_000)) }
        }
        for port in [0, -1, 65_536] {
            await expect(.refused) { _ = try await provider.create(EngineRequest(name: "engine", httpPort: port)) }
        }
        #expect(try await provider.list().isEmpty)
    }

    private func twentyAreStartedAndRemovedAtOnce(_ bench: ProviderBench) async throws {
        let provider = try bench.provider()
        let engines = try await withThrowingTaskGroup(of: ProvidedEngine.self) { group in
            for index in 0..<20 {
                group.addTask {
                    try await provider.create(
                        EngineRequest(name: "engine-\(index)", httpPort: bench.firstPort + 10 + index))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(engines.map(\.id)).count == 20)
        #expect(Set(try await provider.list().map(\.id)) == Set(engines.map(\.id)))
        for engine in engines {
            try await eventually("\(engine.name) answers", within: .seconds(60)) { await bench.answers(engine) }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for engine in engines { group.addTask { try await provider.remove(engine.id) } }
            try await group.waitForAll()
        }
    }

    private func expect(
        _ code: ProviderError.Code, sourceLocation: SourceLocation = #_sourceLocation,
        _ operation: () async throws -> Void
    ) async {
        do {
            try await operation()
            Issue.record("no error", sourceLocation: sourceLocation)
        } catch let error as ProviderError {
            #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        } catch {
            Issue.record("\(error)", sourceLocation: sourceLocation)
        }
    }
}
