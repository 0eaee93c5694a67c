import NIOCore
import NIOHTTP1
import NIOPosix
import Telemetry

/// Serves a registry on a free port of 127.0.0.1.
///
/// `/metrics` answers in the format that is asked for, `/text`, `/openmetrics` and `/protobuf` in the one they name.
final class RegistryServer: Sendable {
    let port: Int
    private let channel: any Channel
    private let group: MultiThreadedEventLoopGroup

    init(_ registry: Registry) async throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(registry: registry))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    func stop() async throws {
        try await channel.close()
        try await group.shutdownGracefully()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let registry: Registry

        init(registry: Registry) { self.registry = registry }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .head(let head) = unwrapInboundIn(data) else { return }
            let parts = head.uri.split(separator: "?", maxSplits: 1).map(String.init)
            guard
                var request = try? ScrapeRequest(
                    accept: head.headers["accept"].joined(separator: ","),
                    acceptEncoding: head.headers["accept-encoding"].joined(separator: ","),
                    query: parts.count > 1 ? parts[1] : nil)
            else { return context.close(promise: nil) }
            switch parts.first {
            case "/text": request.format = .text
            case "/openmetrics": request.format = .openMetrics
            case "/protobuf": request.format = .protobuf
            default: break
            }
            var body = context.channel.allocator.buffer(capacity: Scrape.pieceLength)
            body.writeBytes((try? registry.exposition(request)) ?? [])
            var headers = HTTPHeaders(request.headerFields.map { ($0.name, $0.value) })
            headers.add(name: "Content-Length", value: "\(body.readableBytes)")
            context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: .ok, headers: headers))), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
