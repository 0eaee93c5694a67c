import EngineAPI
import Fleet
import ProxyService
import TestSupport
import Testing

/// Random request targets and random answers of engines: read or refused.
@Suite(.serialized) struct RequestFuzzTests {
    private static let queryPieces = [
        "&", "=", "%", "%4", "%41", "%00", "%0d%0a", "%ff", "%zz", "+", "id=", "content_id=", "infohash=", "url=",
        "magnet=", "http://h/", "https%3A%2F%2Fh", "magnet:?xt=", "pid=1", "sid=", "format=json", "abc", "é", "#", "?",
        "transcode_audio=1", ";", "[]", "\0",
    ]

    @Test func requestTargets() {
        let (inputs, slowest) = Fuzz.run("request targets") { seed, random in
            let query = String(decoding: Fuzz.bytes(of: Self.queryPieces, &random), as: UTF8.self)
            guard let request = try? StreamRequest(query: query) else { return }
            if request.content.value.isEmpty { Issue.record("an empty name, WEIR_SEED=\(seed)") }
            let own = ["id", "content_id", "infohash", "url", "magnet", "pid", "sid", "format"]
            if request.parameters.contains(where: { own.contains($0.name) }) {
                Issue.record("a parameter of the proxy's own is passed on, WEIR_SEED=\(seed)")
            }
            // What is passed on is read as it was meant.
            let kind = request.content.kind == .contentID ? "id" : request.content.kind.rawValue
            let edge = request.edgePlayerID.map { [("pid", $0), ("format", "json")] } ?? []
            let again = ([(kind, request.content.value)] + edge + request.parameters.map { ($0.name, $0.value) })
                .map { "\(PercentEncoding.encode($0.0))=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
            if (try? StreamRequest(query: again)) != request {
                Issue.record("\(again) is read differently, WEIR_SEED=\(seed)")
            }
        }
        #expect(inputs > 100)
        #expect(slowest < .seconds(10))
    }

    private static let headPieces = [
        "HTTP/1.1 200 OK\r\n", "HTTP/1.0 404 x\r\n", "\r\n", "\n", "\r", ":", " ", "Content-Length: ", "5", "-1", "+",
        "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: identity\r\n", "Content-Type: text/html\r\n", "\0",
        "Content-Type: video/MP2T\r\n", "99999999999999999999", "HTTP/", "é", "\r\n\r\n",
    ]

    @Test func headsOfAnswers() {
        let (inputs, slowest) = Fuzz.run("heads of answers") { seed, random in
            let bytes = Fuzz.bytes(of: Self.headPieces, &random)
            guard let (head, length) = try? bytes.withUnsafeBytes({ try ResponseHead.parse($0) }) else { return }
            if !(100...599).contains(head.status) || length > bytes.count || head.isChunked && head.contentLength != nil
            {
                Issue.record("\(head), \(length) of \(bytes.count) bytes, WEIR_SEED=\(seed)")
            }
            // However it is cut, the head ends where it ends.
            for cut in 0..<length where (try? bytes[..<cut].withUnsafeBytes({ try ResponseHead.parse($0) })) != nil {
                Issue.record("the head ends at \(cut) and at \(length), WEIR_SEED=\(seed)")
            }
        }
        #expect(inputs > 100)
        #expect(slowest < .seconds(10))
    }

    private static let chunkPieces = [
        "\r\n", "\n", "\r", "0\r\n", "5\r\nhello\r\n", "1;x=y\r\na\r\n", "a", "ffffffff\r\n", "100000000\r\n", ";", " ",
        "0\r\n\r\n", "0\r\nX: y\r\n\r\n", "-",
    ]

    /// A chunked body gives the same bytes, or the same refusal, however it is cut.
    @Test func chunkedBodies() {
        func decode(_ pieces: [[UInt8]]) -> (bytes: [UInt8], isRefused: Bool) {
            var decoder = ChunkedDecoder()
            var decoded: [UInt8] = []
            for var piece in pieces {
                guard let count = piece.withUnsafeMutableBytes({ try? decoder.decode($0) }) else {
                    return (decoded, true)
                }
                decoded += piece[..<count]
            }
            return (decoded, false)
        }
        let (inputs, slowest) = Fuzz.run("chunked bodies") { seed, random in
            let bytes = Fuzz.bytes(of: Self.chunkPieces, &random)
            let single = decode(bytes.map { [$0] })
            let cut = Int.random(in: 0...bytes.count, using: &random)
            let halves = decode([Array(bytes[..<cut]), Array(bytes[cut...])])
            if single.isRefused != halves.isRefused || !single.isRefused && single.bytes != halves.bytes {
                Issue.record("cut at \(cut) it is read differently, WEIR_SEED=\(seed)")
            }
        }
        #expect(inputs > 100)
        #expect(slowest < .seconds(10))
    }
}
