import Foundation
import Glibc
import Testing

extension RunningApplianceTests {
    @Suite struct EngineLossTests {
        /// Pictures that a player decodes on both sides of the splice, at 25 a second.
        private static let pictures = 400

        @Test func aKilledEngineIsReplacedUnderItsViewersAndThoseOfOthersNoticeNothing() async throws {
            let run = try ApplianceRun.current()
            try await run.settle()
            let (first, stream) = try await run.play(ApplianceRun.content(30))
            defer { first.close() }
            let more = try (0..<4).map { _ in try StreamReader(run.url(of: ApplianceRun.content(30))) }
            defer { more.forEach { $0.close() } }
            let (other, otherStream) = try await run.play(ApplianceRun.content(31))
            defer { other.close() }
            #expect(otherStream.containerId != stream.containerId)
            // No engine hands out the session names of another one: a stream is known by them.
            #expect(otherStream.id.split(separator: "|").last != stream.id.split(separator: "|").last)
            try await eventually("two engines are free again") { try await run.engines().count { $0.isFree } >= 2 }
            try await eventually("everybody watches") { more.allSatisfy { $0.seen.packets > 500 } }
            let before = try await run.engineProcesses()
            let viewers = [first] + more
            let counts = viewers.map(\.seen.packets)

            kill(try run.process(ofEngine: stream.containerId), SIGKILL)
            try await eventually("every viewer gets two more seconds") {
                zip(viewers, counts).allSatisfy { $0.seen.hasEnded || $0.seen.packets > $1 + 4000 }
            }
            for viewer in viewers { try await viewer.expectUndisturbed(for: .milliseconds(100)) }
            try await eventually("the killed engine is gone") {
                try await !run.engines().contains { $0.containerId == stream.containerId }
            }
            let newStream = try await eventually("one stream continues on another engine") {
                let streams = try await run.startedStreams().filter { $0.key == ApplianceRun.content(30) }
                return streams.count == 1 ? streams.first : nil
            }
            #expect(newStream.containerId != stream.containerId)
            #expect(try await run.openSessions() == 2)
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

        @Test func aPlayerDecodesOnAfterTheSplice() async throws {
            let run = try ApplianceRun.current()
            try await run.settle()
            let content = ApplianceRun.content(32)
            let (viewer, stream) = try await run.play(content)
            defer { viewer.close() }
            let directory = FileManager.default.temporaryDirectory
            let progress = directory.appending(path: "weir-progress-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: progress) }
            let log = directory.appending(path: "weir-player-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: log) }
            let player = try SpawnedProgram(
                "/usr/bin/env",
                [
                    "ffmpeg", "-nostdin", "-v", "warning", "-progress", progress.path, "-i", run.url(of: content),
                    "-map", "0:v", "-frames:v", "\(Self.pictures)", "-f", "null", "-",
                ], environment: ["PATH": SpawnedProgram.searchPath], log: log)
            defer { player.send(SIGKILL) }
            try await eventually("the player decodes", within: .seconds(30)) { Self.decoded(progress) > 25 }

            kill(try run.process(ofEngine: stream.containerId), SIGKILL)
            let decoded = Self.decoded(progress)
            #expect(decoded < Self.pictures / 2)
            #expect(try await player.ended(within: .seconds(60)) == 0)
            #expect(Self.decoded(progress) == Self.pictures)
            #expect(!player.output.contains("Continuity check failed"), "\(player.output)")
            #expect(viewer.seen.continuityBreaks == [])
            #expect(!viewer.seen.hasEnded)
        }

        /// The pictures that ffmpeg says it has decoded so far.
        private static func decoded(_ progress: URL) -> Int {
            let lines = (try? String(contentsOf: progress, encoding: .utf8))?.split(separator: "\n") ?? []
            return lines.last { $0.hasPrefix("frame=") }.flatMap { Int($0.dropFirst(6)) } ?? 0
        }
    }
}
