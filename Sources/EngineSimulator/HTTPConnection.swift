import NIOCore
import NIOHTTP1

/// A request with its body.
struct EngineRequest: Sendable {
    var head: HTTPRequestHead
    var target: RequestTarget
    var body: [UInt8]
}

/// One client connection: collects requests, answers them one after the other, carries playback.
///
/// Confined to the channel's event loop, hence `@unchecked Sendable`.
final class HTTPConnection: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private static let maxBodyBytes = 64 << 10
    private static let maxQueuedRequests = 16

    private let core: EngineCore
    private var context: ChannelHandlerContext?
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var queue: [EngineRequest] = []
    private var current: EngineRequest?
    private var isChunked = false
    /// Called once when the connection is gone or its response has ended.
    private var onEnd: (() -> Void)?

    init(core: EngineCore) {
        self.core = core
    }

    /// Whether the client is still there.
    var isOpen: Bool { context?.channel.isActive ?? false }

    /// Bytes accepted for this client that the kernel has not taken yet.
    var bufferedBytes: Int {
        let options = context?.channel.syncOptions
        return (try? options?.getOption(.bufferedWritableBytes)) ?? 0
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func channelActive(context: ChannelHandlerContext) {
        core.opened(self)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        queue.removeAll()
        end()
        core.closed(self)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body.removeAll()
        case .body(let part):
            guard body.count + part.readableBytes <= Self.maxBodyBytes else { return context.close(promise: nil) }
            body.append(contentsOf: part.readableBytesView)
        case .end:
            guard let head, queue.count < Self.maxQueuedRequests else { return context.close(promise: nil) }
            queue.append(EngineRequest(head: head, target: RequestTarget(head.uri), body: body))
            self.head = nil
            startNext()
        }
    }

    private func startNext() {
        guard current == nil, !queue.isEmpty else { return }
        let request = queue.removeFirst()
        current = request
        core.handle(request, on: self)
    }

    private func end() {
        let action = onEnd
        onEnd = nil
        action?()
    }
}

// MARK: Answers

extension HTTPConnection {
    /// Sends a whole response and goes on with the next request, or closes when the client asked for that.
    func respond(
        _ status: HTTPResponseStatus, contentType: String, headers: [(String, String)] = [], body: ByteBuffer
    ) {
        guard let context, let current else { return }
        var head = HTTPResponseHead(version: current.head.version, status: status)
        head.headers.add(name: "Content-Type", value: contentType)
        head.headers.add(name: "Content-Length", value: "\(body.readableBytes)")
        for (name, value) in headers { head.headers.add(name: name, value: value) }
        let keepAlive = current.head.isKeepAlive
        if !keepAlive { head.headers.add(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        finish(keepAlive: keepAlive)
    }

    /// Starts a response of unknown length.
    func startStream(contentType: String, transfer: SimulatedEngineConfiguration.Transfer) {
        guard let context, let current else { return }
        isChunked = transfer == .chunked && current.head.version == .http1_1
        var head = HTTPResponseHead(version: current.head.version, status: .ok)
        head.headers.add(name: "Content-Type", value: contentType)
        if isChunked {
            head.headers.add(name: "Transfer-Encoding", value: "chunked")
        } else {
            head.headers.add(name: "Connection", value: "close")
        }
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    /// Sends a part of a started response.
    func send(_ buffer: ByteBuffer) {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
    }

    /// Ends a started response in good order.
    func finishStream() {
        guard let current else { return }
        finish(keepAlive: isChunked && current.head.isKeepAlive)
    }

    /// Closes the connection without ending the response.
    func abort() {
        context?.close(promise: nil)
    }

    /// Has `action` called when the response has ended or the client is gone.
    func whenEnded(_ action: @escaping () -> Void) {
        onEnd = action
    }

    private func finish(keepAlive: Bool) {
        guard let context else { return }
        end()
        current = nil
        if keepAlive {
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            startNext()
        } else {
            let channel = context.channel
            context.writeAndFlush(wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
                channel.close(promise: nil)
            }
        }
    }
}
