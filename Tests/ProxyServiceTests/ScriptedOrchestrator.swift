import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix

/// An orchestrator that leases one engine to everybody and remembers what it was asked.
final class ScriptedOrchestrator: Sendable {
    struct Call: Sendable {
        var method: String
        var path: String
        var traceparent: String?
        var tracestate: String?
    }

    private let calls: NIOLockedValueBox<[Call]>
    private let channel: any Channel

    init(enginePort: Int) async throws {
        let calls = NIOLockedValueBox<[Call]>([])
        self.calls = calls
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Script(calls: calls, enginePort: enginePort))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    func calls(_ method: String, _ path: String) -> [Call] {
        calls.withLockedValue { $0 }.filter { $0.method == method && $0.path.hasPrefix(path) }
    }

    func stop() async throws {
        try await channel.close()
    }

    private final class Script: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let calls: NIOLockedValueBox<[Call]>
        private let enginePort: Int
        private var head: HTTPRequestHead?

        init(calls: NIOLockedValueBox<[Call]>, enginePort: Int) {
            self.calls = calls
            self.enginePort = enginePort
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): self.head = head
            case .body: break
            case .end:
                guard let head else { return }
                calls.withLockedValue {
                    $0.append(
                        Call(
                            method: head.method.rawValue, path: head.uri,
                            traceparent: head.headers.first(name: "traceparent"),
                            tracestate: head.headers.first(name: "tracestate")))
                }
                let body = ByteBuffer(
                    string: """
                        {"lease_id":"l1","engine":{"container_id":"e1","host":"127.0.0.1","port":\(enginePort)}}
                        """)
                let headers: HTTPHeaders = ["Content-Length": "\(body.readableBytes)"]
                let answer = HTTPResponseHead(version: head.version, status: .ok, headers: headers)
                context.write(wrapOutboundOut(.head(answer)), promise: nil)
                context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}
