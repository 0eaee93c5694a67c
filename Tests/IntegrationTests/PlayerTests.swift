import Foundation
import Glibc
import Testing

extension RunningApplianceTests {
    /// Real players, joining a stream that others watch.
    @Suite struct PlayerTests {
        enum Player: String, CaseIterable, Sendable {
            case ffprobe
            case ffmpeg
            case mpv
            case vlc
        }

        /// Pictures a second of the appliance's video.
        static let rate = 25

        @Test(arguments: Player.allCases) func aPlayerThatJoinsLateDecodes(player: Player) async throws {
            let run = try ApplianceRun.current()
            try await run.settle()
            let content = ApplianceRun.content(60)
            let (viewer, _) = try await run.play(content)
            defer { viewer.close() }
            // Some seconds of video are over by then.
            try await eventually("the stream runs") { viewer.seen.bytes > 1_000_000 }
            let before = try await run.openSessions()
            let pictures = try await Self.decode(
                run.url(of: content), with: player, pictures: 2 * Self.rate
            ) {}
            #expect(pictures >= 2 * Self.rate)
            #expect(try await run.openSessions() == before)
            try await viewer.expectUndisturbed(for: .milliseconds(100))
        }

        @Test(arguments: [Player.mpv, .vlc]) func aPlayerDecodesOnWhenTheEngineIsReplaced(
            player: Player
        ) async throws {
            let run = try ApplianceRun.current()
            try await run.settle()
            let content = ApplianceRun.content(61)
            let (viewer, stream) = try await run.play(content)
            defer { viewer.close() }
            try await eventually("an engine is free") { try await run.engines().contains { $0.isFree } }
            let victim = try run.process(ofEngine: stream.containerId)
            let wanted = 6 * Self.rate
            let pictures = try await Self.decode(run.url(of: content), with: player, pictures: wanted) {
                // While it plays: its six seconds have begun.
                let bytes = viewer.seen.bytes
                try await eventually("two seconds pass") { viewer.seen.bytes > bytes + 500_000 }
                kill(victim, SIGKILL)
            }
            #expect(pictures >= wanted)
            #expect(!viewer.seen.hasEnded)
        }

        /// Has a player decode so many pictures; returns how many it has.
        /// - Parameter meanwhile: done beside it.
        static func decode(
            _ url: String, with player: Player, pictures: Int,
            meanwhile: @escaping @Sendable () async throws -> Void
        ) async throws -> Int {
            let directory = FileManager.default.temporaryDirectory.appending(
                path: "weir-player-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: directory) }
            async let side: Void = meanwhile()
            let call = try await SpawnedProgram.run(
                try command(of: player, url, pictures: pictures, in: directory), within: .seconds(60))
            try await side
            #expect(call.exitCode == 0, "\(call.output)")
            switch player {
            case .ffprobe, .ffmpeg: return try #require(decoded(call.output), "\(call.output)")
            case .mpv: return try FileManager.default.contentsOfDirectory(atPath: directory.path).count
            case .vlc:
                let count = try await SpawnedProgram.run(
                    ["ffprobe", "-v", "error"] + counting + [directory.appending(path: "out.ts").path],
                    within: .seconds(30))
                return try #require(decoded(count.output), "\(count.output); \(call.output)")
            }
        }

        private static let counting = [
            "-count_frames", "-select_streams", "v:0", "-show_entries", "stream=nb_read_frames", "-of",
            "default=noprint_wrappers=1",
        ]

        /// The pictures that ffmpeg or ffprobe say they have decoded; nil where they tell of anything else.
        private static func decoded(_ output: String) -> Int? {
            let lines = output.split(separator: "\n")
            guard lines.allSatisfy({ $0.wholeMatch(of: #/[a-z_0-9]+=.*/#) != nil }) else { return nil }
            return lines.last { $0.hasPrefix("frame=") || $0.hasPrefix("nb_read_frames=") }
                .flatMap { $0.split(separator: "=").last.flatMap { Int($0) } }
        }

        private static func command(
            of player: Player, _ url: String, pictures: Int, in directory: URL
        ) throws -> [String] {
            switch player {
            case .ffprobe:
                return ["ffprobe", "-v", "error", "-read_intervals", "%+#\(pictures)"] + counting + [url]
            case .ffmpeg:
                return [
                    "ffmpeg", "-nostdin", "-v", "error", "-progress", "pipe:1", "-i", url, "-map", "0:v",
                    "-frames:v", "\(pictures)", "-f",
                    "null", "-",
                ]
            case .mpv:
                // A file for each picture that it shows.
                return [
                    "mpv", "--no-config", "--no-terminal", "--no-audio", "--frames=\(pictures)", "--vo=image",
                    "--vo-image-outdir=\(directory.path)", url,
                ]
            case .vlc:
                // It refuses to run as root. What it has decoded it writes down, in a folder that anybody may write to.
                chmod(directory.path, 0o777)
                let other = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
                let output =
                    "#transcode{vcodec=mp2v,vb=500,acodec=mpga}:std{access=file,mux=ts,dst=\(directory.path)/out.ts}"
                return (geteuid() == 0 ? other : []) + [
                    "env", "HOME=\(directory.path)", "cvlc", "--intf=dummy", "--no-dbus", "-q",
                    "--run-time=\(pictures / rate + 2)", "--sout=\(output)", url, "vlc://quit",
                ]
            }
        }
    }
}
