import EngineSimulator
import Foundation
import Outbound
import ProxyService
import Testing

/// HTTP as players and scanners really speak it.
@Suite struct ProtocolTests {
    private func exchange(_ fixture: ProxyFixture, _ text: String) async throws -> String {
        await (try Connection(port: fixture.port)).exchange(text)
    }

    private func statuses(_ text: String) -> [Int] {
        text.ranges(of: "HTTP/1.").compactMap { range in
            Int(text[range.upperBound...].dropFirst(2).prefix(3))
        }
    }

    @Test func aConnectionIsUsedAgainAfterHeadPagesAndErrors() async throws {
        try await ProxyFixture.run { fixture async throws in
            let host = "HTTP/1.1\r\nHost: p\r\n"
            let requests = [
                "HEAD /ace/getstream?id=abc \(host)\r\n", "GET /ace/status \(host)\r\n", "GET /none \(host)\r\n",
                "GET /ace/getstream \(host)\r\n", "POST /ace/status \(host)Content-Length: 3\r\n\r\nabc",
                "HEAD /ace/status \(host)\r\n", "GET /metrics \(host)\r\n",
                "DELETE /ace/streams/1 \(host)Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                "GET /health \(host)Connection: close\r\n\r\n",
            ]
            let answers = try await exchange(fixture, requests.joined())
            #expect(statuses(answers) == [200, 200, 404, 400, 405, 200, 200, 403, 200])
            #expect(try await fixture.metric("weir_proxy_http_connections") ?? 0 <= 2)
        }
    }

    @Test func anOldPlayerIsServedWithAndWithoutKeepAlive() async throws {
        try await ProxyFixture.run { fixture async throws in
            let once = try await exchange(fixture, "GET /ace/status HTTP/1.0\r\n\r\n")
            #expect(once.hasPrefix("HTTP/1.0 200"))
            #expect(once.contains("\r\nConnection: close\r\n"))
            let twice = try await exchange(
                fixture,
                "GET /ace/status HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /ace/status HTTP/1.0\r\n\r\n")
            #expect(statuses(twice) == [200, 200])
            #expect(twice.contains("\r\nConnection: keep-alive\r\n"))
            let player = try fixture.player(version: "1.0")
            #expect(await eventually { player.state.packets > 100 })
            #expect(!player.state.isChunked)
            player.kill()
        }
    }

    @Test func aTargetMayNameTheHost() async throws {
        try await ProxyFixture.run { fixture async throws in
            let answer = try await exchange(
                fixture, "GET http://other.example:1/ace/status?x=1 HTTP/1.1\r\nHost: p\r\nConnection: close\r\n\r\n")
            #expect(answer.hasSuffix("{\"status\":\"ok\",\"streams\":0}"))
            let player = try Player(port: fixture.port, target: "http://p/ace/getstream?id=abc")
            #expect(await eventually { player.state.packets > 100 })
            player.kill()
        }
    }

    @Test func whoExpectsToBeAskedGetsTheAnswerAndNoSecondRequestIsReadAsItsBody() async throws {
        try await ProxyFixture.run { fixture async throws in
            let text = "POST /ace/status HTTP/1.1\r\nHost: p\r\nContent-Length: 5\r\nExpect: "
            let asked = try await exchange(fixture, text + "100-continue\r\n\r\n")
            #expect(statuses(asked) == [405])
            #expect(asked.contains("\r\nConnection: close\r\n"))
            #expect(statuses(try await exchange(fixture, text + "a-miracle\r\n\r\n")) == [417])
        }
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\u{1}b\r\n\r\n", 400), ("nonsense\r\n\r\n", 400),
        ("GET /[100000] HTTP/1.1\r\nHost: a\r\n\r\n", 431), ("GET / HTTP/1.1\r\nHost: a\r\nX: [100000]\r\n\r\n", 431),
    ])
    func whatIsNoRequestIsRefused(text: String, status: Int) async throws {
        try await ProxyFixture.run { fixture async throws in
            // The answer may be lost where the proxy closes with bytes unread; that it is counted cannot be.
            let filler = String(repeating: "a", count: 100_000)
            let answer = try await exchange(fixture, text.replacingOccurrences(of: "[100000]", with: filler))
            #expect(answer.isEmpty || statuses(answer) == [status])
            if status != 431 { #expect(!answer.isEmpty) }
            let counter = "weir_proxy_http_connections_refused_total{reason=\"bad_request\"}"
            #expect(try await fixture.metric(counter) ?? 0 >= 1)
        }
    }

    /// What holds connections open without asking for anything fills neither the proxy nor its probes' way.
    @Test func connectionsWithoutARequestAreBoundedAndProbesAreAnswered() async throws {
        try await ProxyFixture.run(environment: ["ACEXY_MAX_CONNECTIONS": "50"]) { fixture async throws in
            let idle = try (0..<300).map { _ in try Connection(port: fixture.port) }
            #expect(
                await eventually { (try? await fixture.get("/health"))?.status == 200 })
            let closed = "weir_proxy_http_connections_refused_total{reason=\"connection_limit\"}"
            #expect(try await fixture.metric(closed) ?? 0 > 100)
            let late = "weir_proxy_http_connections_refused_total{reason=\"header_timeout\"}"
            #expect(try await eventually { try await fixture.metric(late) ?? 0 > 10 })
            #expect(try await fixture.metric("weir_proxy_http_connections") ?? 0 <= 114)
            for connection in idle { connection.leave() }
            let player = try fixture.player()
            #expect(await eventually { player.state.packets > 10 || player.state.isClosed })
            player.kill()
        }
    }

    @Test func aHeadThatDoesNotComeIsAnsweredWith408() async throws {
        // Beyond the limit the deadline is short.
        try await ProxyFixture.run(environment: ["ACEXY_MAX_CONNECTIONS": "1"]) { fixture async throws in
            let first = try Connection(port: fixture.port)
            let answer = try await exchange(fixture, "GET /health HTTP/1.1\r\nHost: ")
            #expect(statuses(answer) == [408])
            first.leave()
        }
    }
}
