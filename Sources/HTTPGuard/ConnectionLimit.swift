import Synchronization

public import NIOCore

/// Bounds the number of connections of one listener. Add one instance to the listening channel: a connection beyond the
/// limit is closed as soon as it is accepted, and counted.
public final class ConnectionLimit: ChannelInboundHandler, Sendable {
    public typealias InboundIn = any Channel
    public typealias InboundOut = any Channel

    private let limit: Int
    private let open = Atomic<Int>(0)
    private let refused = Atomic<Int>(0)
    private let onRefusal: @Sendable () -> Void

    /// - Parameter onRefusal: called, on the event loop, for each connection closed because the limit was reached.
    public init(limit: Int, onRefusal: @escaping @Sendable () -> Void = {}) {
        self.limit = limit
        self.onRefusal = onRefusal
    }

    /// Connections open now.
    public var openCount: Int { open.load(ordering: .relaxed) }
    /// Connections closed because the limit was reached.
    public var refusedCount: Int { refused.load(ordering: .relaxed) }

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
