import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix

/// An orchestrator that leases its engines one after the other, the last one again and again, and remembers what it was
/// asked.
final class ScriptedOrchestrator: Sendable {
    struct Call: Sendable {
        var method: String
        var path: String
        var body = ""
        var traceparent: String?
        var tracestate: String?
    }

    private let calls: NIOLockedValueBox<[Call]>
    private let channel: any Channel

    convenience init(enginePort: Int) async throws {
        try await self.init(enginePorts: [enginePort])
    }

    /// - Parameter enginePorts: 0 stands for a lease that is refused.
    init(enginePorts: [Int]) async throws {
        let ports = NIOLockedValueBox(enginePorts)
        let calls = NIOLockedValueBox<[Call]>([])
        self.calls = calls
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Script(calls: calls, enginePorts: ports))
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
        private let enginePorts: NIOLockedValueBox<[Int]>
        private var head: HTTPRequestHead?
        private var body = ""

        init(calls: NIOLockedValueBox<[Call]>, enginePorts: NIOLockedValueBox<[Int]>) {
            self.calls = calls
            self.enginePorts = enginePorts
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                body = ""
            case .body(let bytes): body += String(buffer: bytes)
            case .end:
                guard let head else { return }
                calls.withLockedValue {
                    $0.append(
                        Call(
                            method: head.method.rawValue, path: head.uri, body: body,
                            traceparent: head.headers.first(name: "traceparent"),
                            tracestate: head.headers.first(name: "tracestate")))
                }
                let isLease = head.method == .POST && head.uri.hasPrefix("/engines/lease")
                let port = enginePorts.withLockedValue { ports in
                    isLease && ports.count > 1 ? ports.removeFirst() : ports.first ?? 0
                }
                let answerBody = ByteBuffer(
                    string: """
                        {"lease_id":"l\(port)","engine":{"container_id":"e\(port)","host":"127.0.0.1","port":\(port)}}
                        """)
                let headers: HTTPHeaders = ["Content-Length": "\(answerBody.readableBytes)"]
                let status: HTTPResponseStatus = isLease && port == 0 ? .serviceUnavailable : .ok
                let answer = HTTPResponseHead(version: head.version, status: status, headers: headers)
                context.write(wrapOutboundOut(.head(answer)), promise: nil)
                context.write(wrapOutboundOut(.body(.byteBuffer(answerBody))), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}
