public import NIOCore

/// Bounds the bytes of one request head, its target included, which the decoder gathers without a bound of its own.
/// Belongs in front of the decoder; a ``RequestGuard`` behind it must be given it, to say when a head was complete.
///
/// A head that is longer is answered with 431 (RFC 6585, section 5) and the connection closed.
public final class HeadSizeLimit: ChannelInboundHandler {
    public typealias InboundIn = ByteBuffer
    public typealias InboundOut = ByteBuffer
    public typealias OutboundOut = ByteBuffer

    private let limit: Int
    private let onRefusal: @Sendable () -> Void
    private var unfinished = 0
    private var isRefused = false

    /// - Parameters:
    ///   - limit: in bytes.
    ///   - onRefusal: called, on the event loop, for each connection closed.
    public init(limit: Int, onRefusal: @escaping @Sendable () -> Void = {}) {
        self.limit = limit
        self.onRefusal = onRefusal
    }

    /// What came so far has been understood.
    func reset() { unfinished = 0 }

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        unfinished += unwrapInboundIn(data).readableBytes
        context.fireChannelRead(data)
        guard unfinished > limit, context.channel.isActive else { return }
        isRefused = true
        onRefusal()
        EarlyAnswer.send("431 Request Header Fields Too Large", "the request head is too large", context)
    }
}
