import NIOCore
import NIOPosix

/// A server that reads one request and answers with given bytes, or never.
struct ScriptedServer {
    private let channel: any Channel

    /// - Parameter answer: what is sent to each connection once a request's head has come; nil keeps silent.
    init(answer: String?, closes: Bool = true) async throws {
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Script(answer: answer, closes: closes))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    func stop() async throws {
        try await channel.close()
    }

    private final class Script: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answer: String?
        private let closes: Bool
        private var received = ""

        init(answer: String?, closes: Bool) {
            self.answer = answer
            self.closes = closes
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            guard received.contains("\r\n\r\n"), let answer else { return }
            let request = received
            received = ""
            let text = answer.replacing("{request}", with: request)
            let channel = context.channel
            let closes = closes
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text))).whenComplete { _ in
                if closes { channel.close(promise: nil) }
            }
        }
    }
}
