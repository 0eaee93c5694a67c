import Appliance
import Foundation
import Testing

/// `weir up` as a process. What it does with services that work is shown where the real ones run.
@Suite struct UpTests {
    @Test func aMissingToolIsNamedWithThePackageToInstall() async throws {
        let run = try UpRun()
        try run.start(environment: ["PATH": "/nowhere"])
        #expect(try await run.exitCode() == 1)
        #expect(run.output.contains("not found: ffmpeg, prometheus, prometheus-alertmanager; install with: apt-get"))
        #expect(run.output.split(separator: "\n").count == 1)
    }

    @Test func aPortInUseIsOneLineAndStartsNothing() async throws {
        let taken = try ListeningPort()
        let run = try UpRun()
        try run.start(["--proxy-port", String(taken.port)])
        #expect(try await run.exitCode() == 1)
        #expect(run.output.hasPrefix("weir up: proxy port \(taken.port) cannot be used: Address already in use"))
        #expect(run.output.split(separator: "\n").count == 1)
        #expect(try run.leftovers().isEmpty)
    }

    @Test func aComponentThatFailsToStartStopsTheRest() async throws {
        let run = try UpRun(scripts: ["weir-orchestrator": "echo the disk is full; exit 3"])
        try run.start()
        #expect(try await run.exitCode() == 1)
        let last = run.output.split(separator: "\n").last ?? ""
        #expect(last.hasPrefix("weir up: orchestrator ended with exit code 3;"))
        #expect(last.hasSuffix("the disk is full"))
        #expect(try run.leftovers().isEmpty)
    }

    @Test func aVideoThatCannotBeMadeIsOneLine() async throws {
        let run = try UpRun(scripts: ["ffmpeg": "echo no such codec >&2; exit 1"])
        try run.start()
        #expect(try await run.exitCode() == 1)
        #expect(run.output.contains("weir up: ffmpeg could not make the test video (exit code 1): no such codec"))
        #expect(!FileManager.default.fileExists(atPath: run.data.appending(path: "video.ts").path))
    }

    @Test(arguments: [SIGINT, SIGTERM]) func aSignalStopsAlsoWhatIgnoresItAndWhatWasOrphaned(signal: Int32) async throws
    {
        // An engine in a session of its own that ignores SIGTERM, whose parent is killed.
        let stubborn = "setsid sh -c 'trap \"\" TERM; while :; do sleep 1; done' & echo orphan $!; kill -9 $$"
        let run = try UpRun(scripts: [
            "weir-orchestrator": "sh -c '\(stubborn.replacing("'", with: "'\\''"))'; exec sleep 300"
        ])
        try run.start()
        let log = run.data.appending(path: "log/orchestrator.log")
        try await run.wait { (try? String(contentsOf: log, encoding: .utf8))?.contains("orphan") == true }
        try await run.wait { ((try? run.leftovers()) ?? []).count >= 3 }
        let begin = ContinuousClock.now
        run.send(signal)
        #expect(try await run.exitCode() == 0)
        #expect(ContinuousClock.now - begin < .seconds(15))
        #expect(try run.leftovers().isEmpty)
    }

    @Test func aSecondRunOnTheSameStateIsRefused() async throws {
        let first = try UpRun()
        try first.start()
        let log = first.data.appending(path: "log/orchestrator.log")
        try await first.wait { FileManager.default.fileExists(atPath: log.path) }
        let second = try UpRun()
        try second.start(["--data", first.data.path])
        #expect(try await second.exitCode() == 1)
        #expect(second.output.contains("is in use by another `weir up`"))
        try await first.wait { ((try? first.leftovers()) ?? []).count >= 2 }
    }

    @Test func whatAKilledRunLeftBehindIsStoppedByTheNext() async throws {
        let first = try UpRun()
        try first.start()
        let log = first.data.appending(path: "log/orchestrator.log")
        try await first.wait { FileManager.default.fileExists(atPath: log.path) }
        first.send(SIGKILL)
        #expect(try await first.exitCode() == 128 + SIGKILL)
        try await first.wait { ((try? first.leftovers()) ?? []).isEmpty == false }
        let second = try UpRun(scripts: ["weir-orchestrator": "exit 1"])
        try second.start(["--data", first.data.path])
        #expect(try await second.exitCode() == 1)
        #expect(try first.leftovers().isEmpty)
    }

    @Test func theKeyIsKeptAndOnlyItsOwnerMayReadIt() async throws {
        let run = try UpRun(scripts: ["weir-orchestrator": "exit 1"])
        let path = run.data.appending(path: "api-key")
        var keys: Set<String> = []
        for _ in 0..<2 {
            try run.start()
            #expect(try await run.exitCode() == 1)
            keys.insert(try String(contentsOf: path, encoding: .utf8))
        }
        #expect(keys.count == 1)
        #expect(keys.first?.count == 65)
        let attributes = try FileManager.default.attributesOfItem(atPath: path.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
}
