public import NIOCore
public import NIOHTTP1

/// Closes connections whose next request head does not arrive in time: an absolute deadline, which a client that sends
/// a byte now and then cannot move. Belongs behind the request decoder.
///
/// A connection whose first request is late is answered with 408 (RFC 9110, section 15.5.9); one that has been idle
/// since an answer is closed without a word, so that no client takes it for the answer to its next request.
public final class HeaderDeadline: ChannelInboundHandler, ChannelOutboundHandler, RemovableChannelHandler {
    public typealias InboundIn = HTTPServerRequestPart
    public typealias InboundOut = HTTPServerRequestPart
    public typealias OutboundIn = HTTPServerResponsePart
    public typealias OutboundOut = HTTPServerResponsePart

    private let limit: TimeAmount
    private let onExpiry: @Sendable () -> Void
    private var deadline: Scheduled<Void>?
    private var hasAnswered = false

    /// - Parameters:
    ///   - limit: from the connection's start, or from the end of the answer before, to the end of the head.
    ///   - onExpiry: called, on the event loop, for a connection closed before its first request; one that has been
    ///     idle after an answer is closed without.
    public init(limit: TimeAmount, onExpiry: @escaping @Sendable () -> Void = {}) {
        self.limit = limit
        self.onExpiry = onExpiry
    }

    public func channelActive(context: ChannelHandlerContext) {
        arm(context)
        context.fireChannelActive()
    }

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data) { disarm() }
        context.fireChannelRead(data)
    }

    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) {
            hasAnswered = true
            arm(context)
        }
        context.write(data, promise: promise)
    }

    public func channelInactive(context: ChannelHandlerContext) {
        disarm()
        context.fireChannelInactive()
    }

    public func handlerRemoved(context: ChannelHandlerContext) {
        disarm()
    }

    private func arm(_ context: ChannelHandlerContext) {
        disarm()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let isFirst = !hasAnswered
        deadline = context.eventLoop.scheduleTask(in: limit) { [onExpiry] in
            let context = bound.value
            guard isFirst else { return context.close(promise: nil) }
            onExpiry()
            EarlyAnswer.send("408 Request Timeout", "no complete request came in time", context)
        }
    }

    private func disarm() {
        deadline?.cancel()
        deadline = nil
    }
}
