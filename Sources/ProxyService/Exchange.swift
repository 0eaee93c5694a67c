import NIOCore
import NIOHTTP1
import Settings

/// One request on its way to its answer.
struct Exchange: Sendable {
    let head: HTTPRequestHead
    let route: ProxyRoutes.Route
    /// Whose request it is; nil where the connection has no address.
    let client: IPAddress?
    /// Whether the connection waits for another request afterwards.
    var isKeepAlive: Bool
    let startedAt = ContinuousClock.now
    private let connection: NIOLoopBound<(handler: ConnectionHandler, context: ChannelHandlerContext)>
    private let eventLoop: any EventLoop

    init(
        head: HTTPRequestHead, route: ProxyRoutes.Route, client: IPAddress?, isKeepAlive: Bool,
        handler: ConnectionHandler,
        context: ChannelHandlerContext
    ) {
        self.head = head
        self.client = client
        self.isKeepAlive = isKeepAlive
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
