import Outbound
import Testing

@Suite struct OutboundClientTests {
    private func send(_ request: OutboundRequest) async throws -> OutboundResponse {
        let client = OutboundClient()
        defer { client.shutDown() }
        return try await client.send(request)
    }

    private func failure(_ request: OutboundRequest) async throws -> OutboundError.Code {
        try await #require(throws: OutboundError.self) { _ = try await send(request) }.code
    }

    @Test func sendsMethodHeadersAndBodyAndReadsTheAnswer() async throws {
        let server = try await ScriptedServer(
            answer: "HTTP/1.1 201 Created\r\nX-A:  b \r\nConnection: close\r\n\r\n{request}")
        let response = try await send(
            OutboundRequest("POST", server.url + "/path?q=1", headers: [("X-Key", "secret")], body: Array("{}".utf8)))
        #expect(response.status == 201)
        #expect(response.header("x-a")?.hasPrefix("b") == true)
        #expect(response.text.hasPrefix("POST /path?q=1 HTTP/1.1\r\n"))
        #expect(response.text.contains("X-Key: secret\r\n"))
        #expect(response.text.hasSuffix("{}"))
        try await server.stop()
    }

    @Test func redirectsAreAnswersAndAreNotFollowed() async throws {
        let server = try await ScriptedServer(
            answer: "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")
        let response = try await send(OutboundRequest("GET", server.url))
        #expect(response.status == 302)
        try await server.stop()
    }

    @Test func aSilentServerEndsInATimeout() async throws {
        let server = try await ScriptedServer(answer: nil)
        let start = ContinuousClock.now
        #expect(try await failure(OutboundRequest("GET", server.url, timeout: .milliseconds(200))) == .timeout)
        #expect(start.duration(to: .now) < .seconds(5))
        try await server.stop()
    }

    @Test func aClosedPortIsAConnectionFailure() async throws {
        let port = try ReservedPort()
        #expect(try await failure(OutboundRequest("GET", "http://127.0.0.1:\(port.number)")) == .connection)
        withExtendedLifetime(port) {}
    }

    @Test func anAnswerLargerThanAllowedIsRefused() async throws {
        let body = String(repeating: "x", count: 5000)
        let server = try await ScriptedServer(answer: "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + body)
        #expect(try await failure(OutboundRequest("GET", server.url, maximumBodyBytes: 4999)) == .bodyTooLarge)
        #expect(try await send(OutboundRequest("GET", server.url, maximumBodyBytes: 5000)).body.count == 5000)
        try await server.stop()
    }

    @Test func anAnswerThatBreaksOffIsNotTakenForComplete() async throws {
        let server = try await ScriptedServer(answer: "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        #expect(try await failure(OutboundRequest("GET", server.url)) == .interrupted)
        try await server.stop()
        let other = try await ScriptedServer(answer: "220 mail ready\r\n")
        #expect(try await failure(OutboundRequest("GET", other.url)) == .brokenAnswer)
        try await other.stop()
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/", "not a url"])
    func onlyHTTPIsEverOpened(url: String) async throws {
        #expect(try await failure(OutboundRequest("GET", url)) == .badRequest)
    }

    @Test func cancellingTheCallerEndsItsRequestAndNoOther() async throws {
        let silent = try await ScriptedServer(answer: nil)
        let server = try await ScriptedServer(answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        let client = OutboundClient()
        let url = silent.url
        let waiting = Task { try await client.send(OutboundRequest("GET", url, timeout: .seconds(60))) }
        #expect(try await client.send(OutboundRequest("GET", server.url)).text == "ok")
        waiting.cancel()
        let error = await #expect(throws: OutboundError.self) { try await waiting.value }
        #expect(error?.code == .cancelled)
        #expect(try await client.send(OutboundRequest("GET", server.url)).text == "ok")
        client.shutDown()
        try await silent.stop()
        try await server.stop()
    }

    @Test func aHundredRequestsAtOnceAreAllAnswered() async throws {
        let server = try await ScriptedServer(answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", closes: false)
        let client = OutboundClient(maximumConnectionsPerHost: 8)
        let url = server.url
        let answers = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<100 { group.addTask { try await client.send(OutboundRequest("GET", url)).text } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers == [String](repeating: "ok", count: 100))
        client.shutDown()
        try await server.stop()
    }
}
