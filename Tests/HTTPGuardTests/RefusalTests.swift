import HTTPGuard
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Synchronization
import Testing

/// The guards say what they refuse, once for each time.
@Suite struct RefusalTests {
    private final class Count: Sendable {
        let value = Atomic<Int>(0)
        func add() { value.wrappingAdd(1, ordering: .relaxed) }
        var total: Int { value.load(ordering: .relaxed) }
    }

    private let count = Count()

    @Test(arguments: [("Host: x\r\n", 0), ("", 1)])
    func aRefusedRequestIsToldOnce(header: String, refusals: Int) throws {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: false)
        try channel.pipeline.syncOperations.addHandler(RequestGuard { [count] in count.add() })
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.1\r\n\(header)\r\n"))
        channel.embeddedEventLoop.run()
        #expect(count.total == refusals)
    }

    @Test func onlyAConnectionThatNeverAskedIsTold() throws {
        let silent = EmbeddedChannel()
        try silent.pipeline.syncOperations.addHandler(HeaderDeadline(limit: .seconds(2)) { [count] in count.add() })
        try silent.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        silent.embeddedEventLoop.advanceTime(by: .seconds(3))
        #expect(count.total == 1)
        #expect(!silent.isActive)

        let idle = EmbeddedChannel()
        try idle.pipeline.syncOperations.addHandler(HeaderDeadline(limit: .seconds(2)) { [count] in count.add() })
        try idle.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
        try idle.writeInbound(HTTPServerRequestPart.head(head))
        try idle.writeOutbound(HTTPServerResponsePart.end(nil))
        idle.embeddedEventLoop.advanceTime(by: .seconds(3))
        #expect(count.total == 1)
        #expect(!idle.isActive)
    }

    @Test func aConnectionBeyondTheLimitIsTold() throws {
        let listener = EmbeddedChannel(handler: ConnectionLimit(limit: 1) { [count] in count.add() })
        let first = EmbeddedChannel()
        let second = EmbeddedChannel()
        try listener.writeInbound(first as any Channel)
        #expect(count.total == 0)
        try listener.writeInbound(second as any Channel)
        #expect(count.total == 1)
        _ = try? listener.finish(acceptAlreadyClosed: true)
    }
}
