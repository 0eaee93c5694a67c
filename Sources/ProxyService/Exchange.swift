import NIOCore
import NIOHTTP1

/// One request on its way to its answer.
struct Exchange: Sendable {
    let head: HTTPRequestHead
    let route: ProxyRoutes.Route
    let startedAt = ContinuousClock.now
    private let connection: NIOLoopBound<(handler: ConnectionHandler, context: ChannelHandlerContext)>
    private let eventLoop: any EventLoop

    init(head: HTTPRequestHead, route: ProxyRoutes.Route, handler: ConnectionHandler, context: ChannelHandlerContext) {
        self.head = head
        self.route = route
        eventLoop = context.eventLoop
        connection = NIOLoopBound((handler, context), eventLoop: context.eventLoop)
    }

    /// Runs `body` on the connection's event loop.
    func onLoop(_ body: @escaping @Sendable (ConnectionHandler, ChannelHandlerContext) -> Void) {
        eventLoop.execute {
            let (handler, context) = connection.value
            body(handler, context)
        }
    }
}
