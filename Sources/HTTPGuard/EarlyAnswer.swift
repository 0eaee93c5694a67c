import NIOCore
import NIOHTTP1

/// An answer to a request that was never read to its end: goes around the handlers that match answers to requests.
enum EarlyAnswer {
    /// Sends the answer as the connection's last bytes and closes it.
    /// - Parameter status: code and reason.
    static func send(_ status: String, _ reason: String, _ context: ChannelHandlerContext) {
        let text = """
            HTTP/1.1 \(status)\r
            Content-Type: text/plain; charset=utf-8\r
            Content-Length: \(reason.utf8.count + 1)\r
            Connection: close\r
            X-Content-Type-Options: nosniff\r
            \r
            \(reason)

            """
        let pipeline = context.channel.pipeline.syncOperations
        let encoder = try? pipeline.context(handlerType: HTTPResponseEncoder.self)
        let channel = context.channel
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
        (encoder ?? context).writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: promise)
    }
}
