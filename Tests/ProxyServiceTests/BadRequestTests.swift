import EngineSimulator
import ProxyService
import Testing

/// What clients send that is no proper request: refused with the reason, counted, the connection closed, and nothing
/// that hides behind it is read as another request.
@Suite(.serialized) struct BadRequestTests {
    struct Request: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let bytes: String
        let status: String

        init(_ description: String, _ bytes: String, _ status: String = "400 Bad Request") {
            testDescription = description
            self.bytes = bytes
            self.status = status
        }
    }

    private static let start = "GET /ace/getstream?id=a HTTP/1.1\r\nHost: p\r\n"
    /// What a front end that reads the request differently would take for the body.
    private static let hidden = "GET /ace/getstream?id=hidden HTTP/1.1\r\nHost: p\r\n\r\n"

    static let refused: [Request] = [
        .init("length and chunks", start + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden),
        .init("chunks and length", start + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + hidden),
        .init("two lengths", start + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd" + hidden),
        .init("the same length twice", start + "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd" + hidden),
        .init("a list of lengths", start + "Content-Length: 4, 4\r\n\r\nabcd" + hidden),
        .init("a negative length", start + "Content-Length: -1\r\n\r\n" + hidden),
        .init("a signed length", start + "Content-Length: +4\r\n\r\nabcd" + hidden),
        .init("a hexadecimal length", start + "Content-Length: 0x4\r\n\r\nabcd" + hidden),
        .init("a length beyond all numbers", start + "Content-Length: 99999999999999999999\r\n\r\n" + hidden),
        .init("an unknown coding", start + "Transfer-Encoding: xchunked\r\n\r\n" + hidden, "501 Not Implemented"),
        .init(
            "a coding besides chunks", start + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + hidden,
            "501 Not Implemented"),
        .init("a space before the colon", start + "Content-Length : 4\r\n\r\nabcd" + hidden),
        .init("a folded header", start + "X: a\r\n Content-Length: 4\r\n\r\nabcd" + hidden),
        .init("a header that begins with a fold", "GET / HTTP/1.1\r\n X: y\r\nHost: p\r\n\r\n"),
        .init("bare line feeds", "GET / HTTP/1.1\nHost: p\n\n" + hidden),
        .init("a bare line feed in the head", start + "X: y\nContent-Length: 4\r\n\r\nabcd" + hidden),
        .init("a bare carriage return", start + "X: y\rContent-Length: 4\r\n\r\nabcd" + hidden),
        .init("NUL in a value", start + "X: a\0b\r\n\r\n"),
        .init("NUL in a name", start + "X\0: b\r\n\r\n"),
        .init("NUL in the target", "GET /\0 HTTP/1.1\r\nHost: p\r\n\r\n"),
        .init("a control character in a value", start + "X: a\u{1}b\r\n\r\n"),
        .init("a name with a space", start + "X Y: b\r\n\r\n"),
        .init("an empty name", start + ": b\r\n\r\n"),
        .init("a line without a colon", start + "XY\r\n\r\n"),
        .init("no Host", "GET / HTTP/1.1\r\n\r\n"),
        .init("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        .init("no version", "GET /\r\nHost: p\r\n\r\n"),
        .init("an unknown version", "GET / HTTP/7.3\r\nHost: p\r\n\r\n"),
        .init("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        .init("an unknown method", "FETCH / HTTP/1.1\r\nHost: p\r\n\r\n"),
        .init("a method in small letters", "get / HTTP/1.1\r\nHost: p\r\n\r\n"),
        .init("a fourth word", "GET / x HTTP/1.1\r\nHost: p\r\n\r\n"),
        .init("TLS", "\u{16}\u{3}\u{1}\u{0}\u{5}hello\r\n\r\n"),
    ]

    @Test(arguments: refused) func isRefused(_ request: Request) async throws {
        try await ProxyFixture.run { fixture in
            let witness = try fixture.player("witness")
            #expect(await eventually { witness.state.packets > 10 })
            let answer = try await Connection(port: fixture.port).exchange(request.bytes)
            #expect(answer.hasPrefix("HTTP/1.1 \(request.status)\r\n"), "\(answer.prefix(200))")
            #expect(answer.ranges(of: "HTTP/1.1 ").count == 1)
            #expect(answer.contains("Connection: close\r\n"))
            #expect(try await fixture.metric("weir_proxy_http_connections_refused_total{reason=\"bad_request\"}") == 1)
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            let before = witness.state.packets
            #expect(await eventually { witness.state.packets > before + 100 })
            #expect(witness.state.lost == 0)
            witness.kill()
        }
    }

    /// A body is not part of what the proxy is asked for: it is read over, and ends where its framing says.
    @Test(arguments: [
        "POST /nowhere HTTP/1.1\r\nHost: p\r\nContent-Length: 4\r\n\r\nabcd",
        "POST /nowhere HTTP/1.1\r\nHost: p\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nabcd\r\n0\r\nX: y\r\n\r\n",
        "\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: p\r\n\r\n",
    ])
    func theNextRequestBeginsWhereTheBodyEnds(request: String) async throws {
        try await ProxyFixture.run { fixture in
            let next = "GET /ace/status HTTP/1.1\r\nHost: p\r\nConnection: close\r\n\r\n"
            let answer = try await Connection(port: fixture.port).exchange(request + next)
            #expect(answer.hasPrefix("HTTP/1.1 404 Not Found\r\n"), "\(answer)")
            #expect(answer.contains("HTTP/1.1 200 OK\r\n"), "\(answer)")
        }
    }

    /// The answer to the first request is not disturbed by what follows it.
    @Test func garbageBehindARequestWaitsForItsAnswer() async throws {
        try await ProxyFixture.run { fixture in
            let answer = try await Connection(port: fixture.port).exchange(
                "GET /ace/status HTTP/1.1\r\nHost: p\r\n\r\n\u{1}\u{2}garbage\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.contains("\"streams\":0}HTTP/1.1 400 Bad Request\r\n"), "\(answer)")
        }
    }

    @Test(arguments: ["zz", "-1", "fffffffffffffffff", "4 x"]) func aBrokenBodyEndsTheConnection(size: String)
        async throws
    {
        try await ProxyFixture.run { fixture in
            let answer = try await Connection(port: fixture.port).exchange(
                "POST /nowhere HTTP/1.1\r\nHost: p\r\nTransfer-Encoding: chunked\r\n\r\n\(size)\r\nabcd\r\n"
                    + Self.hidden)
            #expect(answer.hasPrefix("HTTP/1.1 40"), "\(answer)")
            #expect(try await fixture.engine.state.counters.requests == 0)
            #expect(try await eventually { try await fixture.metric("weir_proxy_http_connections") == 1 })
        }
    }

    /// Bytes do not move the deadline: who sends one now and then is answered 408 and counted, others are served.
    @Test func aHeadThatComesByteByByteIsGivenUp() async throws {
        try await ProxyFixture.run { fixture in
            let witness = try fixture.player("witness")
            #expect(await eventually { witness.state.packets > 10 })
            let connections = try (0..<20).map { _ in try Connection(port: fixture.port) }
            let head = (Self.start + "X-Padding: " + String(repeating: "x", count: 400)).utf8
            let late = "weir_proxy_http_connections_refused_total{reason=\"header_timeout\"}"
            for byte in head where try await fixture.metric(late) != 20 {
                for connection in connections { connection.send([byte]) }
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(try await fixture.metric(late) == 20)
            for connection in connections { #expect(await connection.exchange("").hasPrefix("HTTP/1.1 408 ")) }
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            #expect(!witness.state.isClosed)
            #expect(witness.state.lost == 0)
            witness.kill()
        }
    }
}
