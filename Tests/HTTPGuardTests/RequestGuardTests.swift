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

    @Test func headerBytesOutsidePrintableASCIIAreRefused() {
        #expect(RequestGuard.refusal(of: head(.http1_1, ["Host": "x", "X": "caf\u{e9}"]))?.status == .badRequest)
        #expect(RequestGuard.refusal(of: head(.http1_1, ["Host": "x", "X": "a\u{0}b"]))?.status == .badRequest)
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
        #expect(!channel.isActive)
    }
}
