import Glibc
import Testing

extension RunningApplianceTests {
    @Suite struct EngineLossTests {
        @Test func aKilledEngineIsReplacedAndViewersOfOthersNoticeNothing() async throws {
            let run = try ApplianceRun.current()
            try await run.settle()
            let (victim, stream) = try await run.play(ApplianceRun.content(30))
            defer { victim.close() }
            let (other, otherStream) = try await run.play(ApplianceRun.content(31))
            defer { other.close() }
            #expect(otherStream.containerId != stream.containerId)
            // No engine hands out the session names of another one: a stream is known by them.
            #expect(otherStream.id.split(separator: "|").last != stream.id.split(separator: "|").last)
            try await eventually("two engines are free again") { try await run.engines().count { $0.isFree } >= 2 }
            let before = try await run.engineProcesses()

            kill(try run.process(ofEngine: stream.containerId), SIGKILL)
            try await eventually("the killed engine's viewer is cut") { victim.seen.hasEnded }
            try await eventually("the killed engine is gone") {
                try await !run.engines().contains { $0.containerId == stream.containerId }
            }
            // The player comes back, so that as many engines are needed as before.
            let (again, newStream) = try await run.play(ApplianceRun.content(30))
            defer { again.close() }
            #expect(newStream.containerId != stream.containerId)
            try await eventually("a new engine, and as many healthy ones as before") {
                let engines = try await run.engines()
                let isNew = engines.contains { before[$0.containerId] == nil && $0.isHealthy }
                return isNew && engines.count { $0.isHealthy } >= before.count
            }
            try await other.expectUndisturbed(for: .seconds(1))
            #expect(try await run.startedStreams().contains { $0.id == otherStream.id })
            let after = try await run.engineProcesses()
            #expect(after[otherStream.containerId] == before[otherStream.containerId])
        }
    }
}
