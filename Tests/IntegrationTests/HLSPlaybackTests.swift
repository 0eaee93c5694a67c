import Foundation
import Testing

/// Real players of HLS: ffprobe and ffmpeg play real video through the built programs.
@Suite(.serialized) struct HLSPlaybackTests {
    /// Pictures that a player decodes, at 25 a second.
    private static let pictures = 100

    @Test(arguments: ["/ace/manifest.m3u8?id=abc", "/ace/hls/getstream.m3u8?id=abc"])
    func playersDecodeAlsoThoseThatJoinLate(target: String) async throws {
        try await Self.aroundVideo { proxy, engine in
            let url = "http://\(proxy.address)\(target)"
            async let first = Self.play(url)
            try await eventually("the stream plays", within: .seconds(20)) {
                try await proxy.curl("/ace/status?id=abc").status == 200
            }
            let probe = try await SpawnedProgram.run(
                ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", url],
                within: .seconds(40))
            #expect(probe.exitCode == 0, "\(probe.output)")
            #expect(probe.output.contains("mpeg2video"), "\(probe.output)")
            #expect(probe.output.contains("mp2"), "\(probe.output)")
            async let late = Self.play(url)
            for player in try await [first, late] {
                #expect(player.pictures == Self.pictures)
                #expect(player.complaints == [], "\(player.complaints)")
            }
            let state = try await engine.curl("/sim/state").text
            #expect(state.contains("\"sessions_opened\":1,"), "\(state)")
        }
    }

    /// All players of the field, on a session that has been running for some segments.
    @Test(arguments: ["/ace/manifest.m3u8?id=abc", "/ace/hls/getstream.m3u8?id=abc"])
    func everyPlayerDecodesWhenItJoinsLate(target: String) async throws {
        typealias Players = RunningApplianceTests.PlayerTests
        try await Self.aroundVideo { proxy, engine in
            let watcher = HLSWatcher(base: "http://\(proxy.address)", target: target, directory: proxy.directory)
            try await watcher.play(4)
            let wanted = 2 * Players.rate
            try await withThrowingTaskGroup { players in
                for player in Players.Player.allCases {
                    players.addTask {
                        (player, try await Players.decode(watcher.base + target, with: player, pictures: wanted) {})
                    }
                }
                for try await (player, pictures) in players { #expect(pictures >= wanted, "\(player)") }
            }
            let state = try await engine.curl("/sim/state").text
            #expect(state.contains("\"sessions_opened\":1,"), "\(state)")
        }
    }

    /// Decodes some pictures; what ffmpeg complains about beside that.
    private static func play(_ url: String) async throws -> (pictures: Int, complaints: [Substring]) {
        let player = try await SpawnedProgram.run(
            [
                "ffmpeg", "-nostdin", "-v", "warning", "-progress", "-", "-i", url, "-map", "0:v",
                "-frames:v", "\(pictures)", "-f", "null", "-",
            ], within: .seconds(60))
        let lines = player.output.split(separator: "\n")
        let frames = lines.last { $0.hasPrefix("frame=") }.flatMap { Int($0.dropFirst(6)) } ?? 0
        let wrong = ["Continuity check failed", "Error", "error", "Failed", "corrupt", "non monoton", "Invalid"]
        return (frames, lines.filter { line in wrong.contains { line.contains($0) } })
    }

    private static func aroundVideo(
        _ body: (_ proxy: ServiceRun, _ engine: ServiceRun) async throws -> Void
    ) async throws {
        let directory = try ApplianceRun.makeDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let video = directory.appending(path: "video.ts").path
        let made = try await SpawnedProgram.run(
            [
                "ffmpeg", "-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc=size=320x180:rate=25", "-f", "lavfi",
                "-i", "sine=frequency=440:sample_rate=48000", "-t", "30", "-c:v", "mpeg2video", "-b:v", "800k", "-g",
                "25",
                "-bf", "0", "-pix_fmt", "yuv420p", "-c:a", "mp2", "-b:a", "128k", "-f", "mpegts", video,
            ], within: .seconds(60))
        try #require(made.exitCode == 0, "\(made.output)")
        let ports = try ServiceRun.freePorts()
        let products = try ApplianceRun.products()
        let engine = try SpawnedProgram(
            products.appending(path: "weir-engine").path, ["--port", "\(ports[1])", "--source", video],
            environment: ["PATH": SpawnedProgram.searchPath], log: directory.appending(path: "engine.log"))
        let proxyRun = ServiceRun(port: ports[0], directory: directory)
        let proxy = try SpawnedProgram(
            products.appending(path: "weir-proxy").path,
            [
                "-addr", proxyRun.address, "--acestream-host=127.0.0.1", "-port", "\(ports[1])",
                "-m3u8-stream-timeout", "30s",
            ],
            environment: ["PATH": SpawnedProgram.searchPath], log: directory.appending(path: "proxy.log"))
        let outcome: Result<Void, any Error>
        do {
            let engineRun = ServiceRun(port: ports[1], directory: directory)
            try await eventually("the programs answer", within: .seconds(30)) {
                let states = [try await proxyRun.curl("/ace/status"), try await engineRun.curl("/sim/state")]
                return states.allSatisfy { $0.status == 200 }
            }
            try await body(proxyRun, engineRun)
            outcome = .success(())
        } catch {
            outcome = .failure(Overdue(description: "\(error); the proxy printed: \(proxy.output)"))
        }
        await ServiceRun.end(proxy, in: directory)
        await ServiceRun.end(engine, in: directory)
        try outcome.get()
    }
}
