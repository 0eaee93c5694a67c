import HTTPGuard
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@Suite struct RequestGuardTests {
    private func head(_ version: HTTPVersion, _ headers: HTTPHeaders) -> HTTPRequestHead {
        HTTPRequestHead(version: version, method: .GET, uri: "/", headers: headers)
    }

    @Test func ordinaryRequestsPass() {
        #expect(RequestGuard.refusal(of: head(.http1_1, ["Host": "x", "User-Agent": "VLC/3.0\t(x)"])) == nil)
        #expect(RequestGuard.refusal(of: head(.http1_0, [:])) == nil)
        #expect(RequestGuard.refusal(of: head(.http1_1, ["Host": "x", "Transfer-Encoding": "chunked"])) == nil)
    }

    @Test func ambiguousHostsAreRefused() {
        #expect(RequestGuard.refusal(of: head(.http1_1, [:]))?.status == .badRequest)
        #expect(
            RequestGuard.refusal(of: head(.http1_1, HTTPHeaders([("Host", "a"), ("host", "b")])))?.status == .badRequest
        )
    }

    @Test func requestsThatCouldBeReadInTwoWaysAreRefused() {
        #expect(
            RequestGuard.refusal(of: head(.http1_1, ["Host": "x", "Transfer-Encoding": "x"]))?.status == .notImplemented
        )
        #expect(
            RequestGuard.refusal(
                of: head(.http1_1, ["Host": "x", "Transfer-Encoding": "chunked", "Content-Length": "3"]))?.status
                == .badRequest)
    }

    @Test func controlCharactersAreRefusedAndOtherAlphabetsPass() {
        #expect(RequestGuard.refusal(of: head(.http1_1, ["Host": "x", "User-Agent": "caf\u{e9} \u{43f}"])) == nil)
        for character in ["\u{0}", "\r", "\n", "\u{1b}", "\u{7f}"] {
            let refusal = RequestGuard.refusal(of: head(.http1_1, ["Host": "x", "X": "a\(character)b"]))
            #expect(refusal?.status == .badRequest)
        }
    }

    @Test(arguments: ["a b", "a/b", "a@b", "caf\u{e9}", "a\"b", "<x>", "a?b"])
    func aHostThatIsNoneIsRefused(host: String) {
        #expect(RequestGuard.refusal(of: head(.http1_1, ["Host": host]))?.status == .badRequest)
    }

    @Test(arguments: ["", "x:80", "[::1]:8080", "my_host", "a.b-c"])
    func aHostPasses(host: String) {
        #expect(RequestGuard.refusal(of: head(.http1_1, ["Host": host])) == nil)
    }

    @Test func anOldRequestHasNoTransferCoding() {
        #expect(RequestGuard.refusal(of: head(.http1_0, ["Transfer-Encoding": "chunked"]))?.status == .badRequest)
    }

    @Test func aRefusedRequestIsAnsweredAndTheConnectionClosed() throws {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: false)
        try channel.pipeline.syncOperations.addHandler(RequestGuard())
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
        channel.embeddedEventLoop.run()
        var answer = ""
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { answer += String(buffer: buffer) }
        #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        #expect(answer.hasSuffix("the Host header is missing\n"))
        #expect(!channel.isActive)
    }

    @Test func bytesThatAreNoRequestAreAnsweredWith400() throws {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: false)
        try channel.pipeline.syncOperations.addHandler(RequestGuard())
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        _ = try? channel.writeInbound(ByteBuffer(string: "\u{16}\u{3}\u{1}nonsense\r\n\r\n"))
        channel.embeddedEventLoop.run()
        var answer = ""
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { answer += String(buffer: buffer) }
        #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
    }

    @Test func aHeadThatDoesNotComeInTimeClosesTheConnection() throws {
        let loop = EmbeddedEventLoop()
        let channel = EmbeddedChannel(loop: loop)
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: false)
        try channel.pipeline.syncOperations.addHandler(HeaderDeadline(limit: .seconds(15)))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        loop.advanceTime(by: .seconds(10))
        try channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.1\r\nX: "))
        #expect(channel.isActive)
        loop.advanceTime(by: .seconds(5))
        loop.run()
        #expect(!channel.isActive)
        var answer = ""
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { answer += String(buffer: buffer) }
        #expect(answer.hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
        #expect(answer.hasSuffix("\r\n\r\nno complete request came in time\n"))
    }

    @Test func aHeadWithoutEndIsAnsweredAndTheConnectionClosed() throws {
        let channel = EmbeddedChannel()
        let size = HeadSizeLimit(limit: 1000)
        try channel.pipeline.syncOperations.addHandler(size)
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: false)
        try channel.pipeline.syncOperations.addHandler(RequestGuard(sizeLimit: size))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        let ordinary = "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n" + String(repeating: "a", count: 5000)
        try channel.writeInbound(ByteBuffer(string: ordinary))
        #expect(channel.isActive)
        try channel.writeOutbound(HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: .noContent)))
        try channel.writeOutbound(HTTPServerResponsePart.end(nil))
        while try channel.readOutbound(as: ByteBuffer.self) != nil {}
        try channel.writeInbound(ByteBuffer(string: "GET /"))
        for _ in 0..<11 where channel.isActive {
            try channel.writeInbound(ByteBuffer(string: String(repeating: "a", count: 95)))
        }
        channel.embeddedEventLoop.run()
        var answer = ""
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { answer += String(buffer: buffer) }
        #expect(answer.hasPrefix("HTTP/1.1 431 "))
        #expect(!channel.isActive)
    }

    @Test(arguments: [("", "close"), ("Connection: keep-alive\r\n", "keep-alive")])
    func whoDoesNotAskForTheConnectionToBeKeptGetsItClosed(field: String, expected: String) throws {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: false)
        try channel.pipeline.syncOperations.addHandler(RequestGuard())
        try channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.0\r\n\(field)\r\n"))
        guard case .head(let head) = try channel.readInbound(as: HTTPServerRequestPart.self) else {
            Issue.record("no request came through")
            return
        }
        #expect(head.headers["connection"] == [expected])
    }
}
