import EngineAPI
import Fleet
import TestSupport
import Testing

/// Damaged answers of the engine's API: read or refused, and never a way to another host.
@Suite(.serialized) struct EngineAnswerFuzzTests {
    private static let good = """
        {"response":{"playback_url":"http://127.0.0.1:6878/ace/r/1/2","stat_url":"http://127.0.0.1:6878/ace/stat/1/2",\
        "command_url":"http://127.0.0.1:6878/ace/cmd/1/2","infohash":"0123456789","playback_session_id":"3",\
        "is_live":1,"is_encrypted":0,"client_session_id":-1},"error":null}
        """
    private static let pieces = [
        "{", "}", "[", "]", ":", ",", "\"", "\\u0000", "\\r\\n", "\\ud800", "null", "true", "1e999", "-1", "0.5",
        "\"response\"", "\"error\"", "\"playback_url\"", "\"stat_url\"", "\"command_url\"", "\"is_live\"",
        "\"failed to load content\"", "http://", "/ace/r/", "//", "@", "\u{feff}",
    ]
    private let engine = EngineEndpoint(host: "engine", port: 6878)

    @Test func startAnswers() {
        var read = 0
        let (inputs, slowest) = Fuzz.run("answers to a start") { seed, random in
            var bytes = Array(Self.good.utf8)
            if Bool.random(using: &random) {
                Fuzz.mutate(&bytes, &random)
            } else {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                bytes.insert(contentsOf: Fuzz.bytes(of: Self.pieces, upTo: 4, &random), at: index)
            }
            guard let session = try? PlaybackSession(answer: bytes, from: engine) else { return }
            read += 1
            for (path, url) in [
                (session.playbackPath, session.playbackURL), (session.statPath, session.statURL),
                (session.commandPath, session.commandURL),
            ] {
                let isSafe = path.hasPrefix("/") && path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
                if !isSafe || url != "http://engine:6878" + path { Issue.record("\(url), WEIR_SEED=\(seed)") }
            }
        }
        #expect(read > 0)
        #expect(inputs > 100)
        #expect(slowest < .seconds(10))
    }
}
