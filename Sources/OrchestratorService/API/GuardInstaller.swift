import HTTPGuard
import NIOCore
import NIOHTTP1
import Telemetry

/// Puts the request guards directly behind the decoder of a connection that the server has set up.
final class GuardInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    /// From the opening of a connection, or the last answer, to a complete request head.
    static let headerDeadline = TimeAmount.seconds(60)

    private static let maximumHeadBytes = 64 << 10

    private let metrics: GuardMetrics

    init(metrics: GuardMetrics) {
        self.metrics = metrics
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        do {
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let size = HeadSizeLimit(limit: Self.maximumHeadBytes) { [metrics] in metrics.badRequests.increment() }
            try pipeline.addHandler(size, position: .first)
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
