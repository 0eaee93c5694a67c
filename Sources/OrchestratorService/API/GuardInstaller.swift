import HTTPGuard
import NIOCore
import NIOHTTP1
import Telemetry

/// Puts the request guards directly behind the decoder of a connection that the server has set up.
final class GuardInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    /// From the opening of a connection, or the last answer, to a complete request head.
    static let headerDeadline = TimeAmount.seconds(60)

    /// How long a peer may take nothing of an answer.
    static let writeDeadline = TimeAmount.seconds(30)

    private static let maximumHeadBytes = 64 << 10

    private let metrics: GuardMetrics
    private let connections: OpenConnections

    init(metrics: GuardMetrics, connections: OpenConnections) {
        self.metrics = metrics
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        guard connections.enter() else {
            metrics.connectionLimit.increment()
            return context.close(promise: nil)
        }
        context.channel.closeFuture.whenComplete { [connections] _ in connections.leave() }
        do {
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let size = HeadSizeLimit(limit: Self.maximumHeadBytes) { [metrics] in metrics.badRequests.increment() }
            try pipeline.addHandler(size, position: .first)
            let writing = WriteDeadline(limit: Self.writeDeadline) { [metrics] in metrics.stalledReaders.increment() }
            try pipeline.addHandler(writing, position: .first)
            let guards: [any ChannelHandler] = [
                RequestGuard(sizeLimit: size) { [metrics] in metrics.badRequests.increment() },
                HeaderDeadline(limit: Self.headerDeadline) { [metrics] in metrics.lateHeaders.increment() },
            ]
            try pipeline.addHandlers(guards, position: .after(decoder))
        } catch {
            // A connection that cannot be guarded is not served.
            context.close(promise: nil)
        }
    }
}
