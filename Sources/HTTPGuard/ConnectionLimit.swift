import Synchronization

public import NIOCore

/// Bounds the number of connections of one listener. Add one instance to the listening channel: a connection beyond the
/// limit is closed as soon as it is accepted, and counted.
///
/// A connection that leaves its channel and lives on elsewhere is counted on by ``keep()`` until ``release()``.
public final class ConnectionLimit: ChannelInboundHandler, Sendable {
    public typealias InboundIn = any Channel
    public typealias InboundOut = any Channel

    private let limit: Int
    private let open = Atomic<Int>(0)
    private let kept = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)
    private let onRefusal: @Sendable () -> Void

    /// - Parameter onRefusal: called, on the event loop, for each connection closed because the limit was reached.
    public init(limit: Int, onRefusal: @escaping @Sendable () -> Void = {}) {
        self.limit = limit
        self.onRefusal = onRefusal
    }

    /// Connections open now, those that live on elsewhere included.
    public var openCount: Int { open.load(ordering: .relaxed) }
    /// Those of them that live on elsewhere.
    public var keptCount: Int { kept.load(ordering: .relaxed) }
    /// Connections closed because the limit was reached.
    public var refusedCount: Int { refused.load(ordering: .relaxed) }

    /// Counts a connection on whose channel is about to be closed, although its peer stays connected.
    public func keep() {
        open.wrappingAdd(1, ordering: .relaxed)
        kept.wrappingAdd(1, ordering: .relaxed)
    }

    /// Ends what ``keep()`` began; to be called once for each.
    public func release() {
        open.wrappingSubtract(1, ordering: .relaxed)
        kept.wrappingSubtract(1, ordering: .relaxed)
    }

    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let connection = unwrapInboundIn(data)
        guard open.wrappingAdd(1, ordering: .relaxed).newValue <= limit else {
            open.wrappingSubtract(1, ordering: .relaxed)
            refused.wrappingAdd(1, ordering: .relaxed)
            onRefusal()
            return connection.close(promise: nil)
        }
        connection.closeFuture.whenComplete { _ in self.open.wrappingSubtract(1, ordering: .relaxed) }
        context.fireChannelRead(data)
    }
}
