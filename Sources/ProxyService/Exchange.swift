import Fleet
import Foundation
import NIOCore
import NIOHTTP1
import Settings
import Telemetry

/// One request on its way to its answer.
struct Exchange: Sendable {
    let head: HTTPRequestHead
    let route: ProxyRoutes.Route
    /// Whose request it is; nil where the connection has no address.
    let client: IPAddress?
    /// Whether web pages of other origins may read the answer.
    let isCrossOrigin: Bool
    /// Whether the connection waits for another request afterwards.
    var isKeepAlive: Bool
    /// What a stream's request asks for.
    var content: ContentKey?
    /// The request's trace, where it has one.
    var trace: TraceContext?
    let startedAt = ContinuousClock.now
    private let connection: NIOLoopBound<(handler: ConnectionHandler, context: ChannelHandlerContext)>
    private let eventLoop: any EventLoop

    init(
        head: HTTPRequestHead, route: ProxyRoutes.Route, client: IPAddress?, isCrossOrigin: Bool, isKeepAlive: Bool,
        handler: ConnectionHandler,
        context: ChannelHandlerContext
    ) {
        self.head = head
        self.client = client
        self.isCrossOrigin = isCrossOrigin
        self.isKeepAlive = isKeepAlive
        self.route = route
        eventLoop = context.eventLoop
        connection = NIOLoopBound((handler, context), eventLoop: context.eventLoop)
    }

    /// What the access log will say of the request, but for how it ended.
    var entry: AccessEntry {
        let path = ProxyRoutes.split(target: head.uri).path.utf8.prefix(256)
        return AccessEntry(
            client: client?.description ?? "", method: String(head.method.rawValue.prefix(32)), route: route.rawValue,
            path: String(decoding: path, as: UTF8.self),
            userAgent: String((head.headers.first(name: "user-agent") ?? "").prefix(200)), startedAt: startedAt,
            content: content, trace: trace)
    }

    /// Runs `body` on the connection's event loop.
    func onLoop(_ body: @escaping @Sendable (ConnectionHandler, ChannelHandlerContext) -> Void) {
        eventLoop.execute {
            let (handler, context) = connection.value
            body(handler, context)
        }
    }
}
