import Glibc

/// The real video the simulated engines send: 60 s of MPEG-2 video with sound, about 2.75 Mbit/s, a key frame each
/// second.
struct TestVideo: Sendable {
    let ffmpeg: String
    let state: StateDirectory

    /// Makes the file unless it is there. A file at its final name is always whole.
    func make(reaper: ProcessReaper, environment: [String: String], console: Console) async throws {
        let path = state.video
        guard await OffPool.run({ access(path, R_OK) != 0 }) else { return }
        console.progress("making the test video")
        let temporary = path + ".tmp"
        let program = Program(
            path: ffmpeg, arguments: arguments(output: temporary), environment: environment, log: state.log("ffmpeg"))
        let (pid, exits) = try await OffPool.run { try reaper.start(program) }
        var ending: ProcessReaper.Exit?
        for await exit in exits { ending = exit }
        guard let ending else {
            kill(pid, SIGTERM)
            throw CancellationError()
        }
        guard ending.succeeded else {
            let reason = await OffPool.run { state.tail(of: "ffmpeg", lines: 3).joined(separator: " | ") }
            throw ApplianceError("ffmpeg could not make the test video (\(ending.description)): \(reason)")
        }
        guard await OffPool.run({ rename(temporary, path) == 0 }) else {
            throw ApplianceError("cannot rename \(temporary) to \(path)")
        }
    }

    func arguments(output: String) -> [String] {
        let inputs = [
            "-f", "lavfi", "-i", "testsrc=size=640x360:rate=25",
            "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000",
        ]
        let video = [
            "-c:v", "mpeg2video", "-b:v", "2500k", "-minrate", "2500k", "-maxrate", "2500k", "-bufsize", "1250k",
            "-g", "25", "-bf", "0", "-pix_fmt", "yuv420p",
        ]
        return ["-hide_banner", "-loglevel", "error", "-nostdin", "-y"] + inputs
            + ["-t", "60", "-map", "0:v", "-map", "1:a"] + video
            + ["-c:a", "mp2", "-b:a", "128k", "-f", "mpegts", output]
    }
}
