import HTTPGuard
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@Suite struct WriteDeadlineTests {
    /// Takes writes and confirms none of them before it is told to.
    private final class StalledPeer: ChannelOutboundHandler {
        typealias OutboundIn = NIOAny

        var unconfirmed: [EventLoopPromise<Void>?] = []

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            unconfirmed.append(promise)
        }
    }

    private func channel(_ peer: StalledPeer) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandlers([peer, WriteDeadline(limit: .seconds(30))])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return channel
    }

    @Test func aPeerThatTakesNothingIsLeft() throws {
        let peer = StalledPeer()
        let channel = try channel(peer)
        channel.write(ByteBuffer(string: "a"), promise: nil)
        channel.embeddedEventLoop.advanceTime(by: .seconds(29))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(!channel.isActive)
        peer.unconfirmed.forEach { $0?.fail(ChannelError.ioOnClosedChannel) }
    }

    @Test func aPeerThatTakesAnythingIsNot() throws {
        let peer = StalledPeer()
        let channel = try channel(peer)
        for _ in 0..<4 { channel.write(ByteBuffer(string: "a"), promise: nil) }
        for index in 0..<4 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(29))
            #expect(channel.isActive)
            peer.unconfirmed[index]?.succeed()
        }
        channel.embeddedEventLoop.advanceTime(by: .seconds(3600))
        #expect(channel.isActive)
        #expect(try channel.finish(acceptAlreadyClosed: true).isClean)
    }
}
