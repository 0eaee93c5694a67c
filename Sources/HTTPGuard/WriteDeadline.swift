public import NIOCore

/// Closes connections whose peer takes nothing although something waits for it. Belongs in front of all other handlers.
///
/// A peer that reads slowly is none of these: each write that its system takes moves the deadline.
public final class WriteDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    public typealias InboundIn = NIOAny
    public typealias OutboundIn = NIOAny
    public typealias OutboundOut = NIOAny

    private let limit: TimeAmount
    private let onExpiry: @Sendable () -> Void
    private var unfinished = 0
    private var deadline: Scheduled<Void>?

    /// - Parameters:
    ///   - limit: without any progress.
    ///   - onExpiry: called, on the event loop, for a connection that is closed.
    public init(limit: TimeAmount, onExpiry: @escaping @Sendable () -> Void = {}) {
        self.limit = limit
        self.onExpiry = onExpiry
    }

    public func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let promise = promise ?? context.eventLoop.makePromise()
        unfinished += 1
        if deadline == nil { arm(context) }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        promise.futureResult.whenComplete { _ in
            let (handler, context) = bound.value
            handler.finishOne(context)
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

    private func finishOne(_ context: ChannelHandlerContext) {
        unfinished -= 1
        disarm()
        if unfinished > 0, context.channel.isActive { arm(context) }
    }

    private func arm(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: limit) { [onExpiry] in
            onExpiry()
            bound.value.close(promise: nil)
        }
    }

    private func disarm() {
        deadline?.cancel()
        deadline = nil
    }
}
