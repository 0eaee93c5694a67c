import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix

/// An engine that delivers HLS as a test says, for what no real engine does: nonsense, addresses elsewhere, silence.
final class PlaylistEngine: Sendable {
    struct Reply: Sendable {
        var status = HTTPResponseStatus.ok
        var contentType = "application/vnd.apple.mpegurl"
        var headers: [String: String] = [:]
        var body: [UInt8] = []
        /// Whether the connection is closed after half the body.
        var breaksOff = false
        /// Whether nothing is ever sent.
        var isSilent = false

        static func text(_ text: String, type: String = "application/vnd.apple.mpegurl") -> Reply {
            Reply(contentType: type, body: Array(text.utf8))
        }

        static func segment(_ bytes: [UInt8]) -> Reply { Reply(contentType: "video/MP2T", body: bytes) }
        static let notFound = Reply(status: .notFound)
    }

    static let infohash = "00112233445566778899aabbccddeeff00112233"

    private let requested = NIOLockedValueBox<[String]>([])
    private let script: NIOLockedValueBox<@Sendable (String, Int) -> Reply>
    private let channel: any Channel

    /// - Parameter script: what a path and query is answered, and how often it was asked for before. Starts and stops
    ///   are answered without it.
    init(_ script: @escaping @Sendable (String, Int) -> Reply) async throws {
        let requested = requested
        let script = NIOLockedValueBox(script)
        self.script = script
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(requested: requested, script: script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var port: Int { channel.localAddress?.port ?? 0 }

    /// How often something was asked for, by the beginning of its path and query.
    func count(_ prefix: String) -> Int {
        requested.withLockedValue { $0.count { $0.hasPrefix(prefix) } }
    }

    var requests: [String] { requested.withLockedValue { $0 } }
    var starts: Int { count("/ace/manifest.m3u8?") }
    var stops: Int { requests.count { $0.hasPrefix("/ace/cmd/") && $0.contains("method=stop") } }

    func change(_ script: @escaping @Sendable (String, Int) -> Reply) {
        self.script.withLockedValue { $0 = script }
    }

    func stop() async throws {
        try await channel.close()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let requested: NIOLockedValueBox<[String]>
        private let script: NIOLockedValueBox<@Sendable (String, Int) -> Reply>

        init(
            requested: NIOLockedValueBox<[String]>, script: NIOLockedValueBox<@Sendable (String, Int) -> Reply>
        ) {
            self.requested = requested
            self.script = script
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .head(let head) = unwrapInboundIn(data) else { return }
            let before = requested.withLockedValue { requested in
                defer { requested.append(head.uri) }
                return requested.count { $0 == head.uri }
            }
            answer(reply(to: head.uri, before: before, context), head, context)
        }

        private func reply(to target: String, before: Int, _ context: ChannelHandlerContext) -> Reply {
            let engine = "http://127.0.0.1:\(context.localAddress?.port ?? 0)"
            if target.hasPrefix("/ace/manifest.m3u8?") {
                let session = "\(PlaylistEngine.infohash)/0123456789abcdef0123456789abcdef"
                let stat = "\(engine)/ace/stat/\(session)"
                return .text(
                    """
                    {"response":{"playback_url":"\(engine)/ace/m/\(session).m3u8","stat_url":"\(stat)",\
                    "command_url":"\(engine)/ace/cmd/\(session)","infohash":"\(PlaylistEngine.infohash)",\
                    "playback_session_id":"p","is_live":1},"error":null}
                    """, type: "application/json")
            }
            if target.hasPrefix("/ace/cmd/") { return .text(#"{"response":"ok","error":null}"#) }
            return script.withLockedValue { $0 }(target, before)
        }

        private func answer(_ reply: Reply, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
            guard !reply.isSilent else { return }
            var headers = HTTPHeaders(reply.headers.map { ($0.key, $0.value) })
            headers.add(name: "Content-Type", value: reply.contentType)
            headers.add(name: "Content-Length", value: "\(reply.body.count)")
            let answer = HTTPResponseHead(version: head.version, status: reply.status, headers: headers)
            context.write(wrapOutboundOut(.head(answer)), promise: nil)
            let body = reply.breaksOff ? Array(reply.body[..<(reply.body.count / 2)]) : reply.body
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
            let channel = context.channel
            guard !reply.breaksOff else {
                return context.flushThenClose()
            }
            context.writeAndFlush(wrapOutboundOut(.end(nil))).whenFailure { _ in channel.close(promise: nil) }
        }
    }
}

extension ChannelHandlerContext {
    fileprivate func flushThenClose() {
        let channel = channel
        writeAndFlush(NIOAny(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer())))).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}
