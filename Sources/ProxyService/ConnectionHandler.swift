import Catalogue
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Playlist
import Settings
import Telemetry

/// One player's HTTP connection: answers pages, and hands the connection over to the hub for a stream.
///
/// Belongs to its channel's event loop.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    let services: ConnectionServices
    private let place: ConnectionPlace
    private var peer: IPAddress?
    /// The request being answered. The HTTP pipeline sends no second one before this one is done.
    var task: Task<Void, Never>?

    init(services: ConnectionServices, place: ConnectionPlace) {
        self.services = services
        self.place = place
    }

    var routes: ProxyRoutes { services.routes }
    var metrics: RequestMetrics { services.metrics }

    func channelActive(context: ChannelHandlerContext) {
        peer = context.remoteAddress?.ip
        // A trusted proxy's connections are those of its clients, whom its requests name.
        if let peer, !services.addresses.isTrusted(peer), place.charge(peer).isExcessive {
            services.connections.count(.clientConnections)
            return context.close(promise: nil)
        }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        let (path, query) = ProxyRoutes.split(target: head.uri)
        let route = ProxyRoutes.route(path: path)
        let client = peer.map { services.addresses.client(of: head.headers, peer: $0) }
        // One that is let in beyond a limit makes room as soon as it knows.
        let limit = place.charge(client).refusal
        // Whoever expects to be asked for its body may send it or not: the connection cannot be used again.
        let expectations = head.headers["expect"]
        var exchange = Exchange(
            head: head, route: route, client: client,
            isCrossOrigin: CrossOrigin.isOpen(route, prefersPlaylists: routes.prefersPlaylists),
            isKeepAlive: head.isKeepAlive && limit == nil && expectations.isEmpty, handler: self, context: context)
        if !expectations.allSatisfy({ $0.lowercased() == "100-continue" }) {
            return reply(
                exchange, .text(.expectationFailed, "the only expectation known is 100-continue"), context: context)
        }
        if !ProxyRoutes.isAlwaysServed(route), let limit = limit ?? (services.descriptors.hasRoom ? nil : .descriptors)
        {
            exchange.isKeepAlive = false
            services.connections.count(limit)
            return reply(exchange, .refused(limit), context: context)
        }
        if exchange.isCrossOrigin, head.method == .OPTIONS {
            return reply(exchange, CrossOrigin.preflight, context: context)
        }
        switch route {
        case .getStream where routes.prefersPlaylists: playlist(exchange, query: query, context: context)
        case .cutStream: playlist(exchange, query: query, context: context)
        case .getStream: stream(exchange, query: query, context: context)
        case .manifest: playlist(exchange, query: query, context: context)
        case .hlsResource, .channelResource: resource(exchange, path: path, query: query, context: context)
        case .channel: channel(exchange, path: path, context: context)
        case .edgeStream, .edgeStatus, .edgeCommand: edge(exchange, path: path, query: query, context: context)
        default: page(exchange, path: path, query: query, context: context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        task?.cancel()
        place.channelClosed()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        services.logger.debug("connection closed", metadata: ["reason": "\(error)"])
        context.close(promise: nil)
    }

    // MARK: Streams

    /// What a player's request asks for; nil where it has been answered: it cannot be served, or asks for the type
    /// alone, for which nothing is started.
    func request(
        _ exchange: Exchange, query: Substring, type: String, context: ChannelHandlerContext
    ) -> StreamRequest? {
        var answer: Answer
        switch exchange.head.method {
        case .GET, .HEAD:
            do {
                let request = try StreamRequest(query: query)
                if exchange.head.method == .GET { return request }
                answer = Answer(status: .ok, contentType: type, body: [])
            } catch {
                answer = .text(.badRequest, error.rawValue)
            }
        default: answer = .methodNotAllowed
        }
        reply(exchange, answer, context: context)
        return nil
    }

    func stream(_ exchange: Exchange, query: Substring, context: ChannelHandlerContext) {
        guard let request = request(exchange, query: query, type: "video/mp2t", context: context) else { return }
        if let player = request.edgePlayerID {
            return startEdge(exchange, request, player: player, context: context)
        }
        let hub = routes.hub
        var exchange = exchange
        exchange.content = request.content
        admit(exchange) { [exchange] () async throws(StartFailure) -> StreamTicket in
            try await hub.admit(
                request.content, parameters: request.parameters.map { ($0.name, $0.value) },
                requestedAt: exchange.startedAt, client: exchange.client,
                dropsNullPackets: request.dropsNullPackets)
        }
    }

    private func channel(_ exchange: Exchange, path: Substring, context: ChannelHandlerContext) {
        guard let channels = routes.channels, let channel = channels.channel(path: path) else {
            return reply(exchange, .text(.notFound, "Channel not found"), context: context)
        }
        let type = routes.prefersPlaylists ? Answer.playlistType : "video/mp2t"
        switch exchange.head.method {
        case .HEAD: return reply(exchange, Answer(status: .ok, contentType: type, body: []), context: context)
        case .GET: break
        default: return reply(exchange, .methodNotAllowed, context: context)
        }
        var exchange = exchange
        exchange.content = channel.primary
        guard !routes.prefersPlaylists else {
            return playlist(exchange, of: channel, start: channels.start, path: path)
        }
        admit(exchange) { [exchange] () async throws(StartFailure) -> StreamTicket in
            try await channels.start.admit(channel, requestedAt: exchange.startedAt, client: exchange.client)
        }
    }

    /// Waits for a ticket and hands the connection over for it, or answers why there is none.
    private func admit(
        _ exchange: Exchange, ticket: @escaping @Sendable () async throws(StartFailure) -> StreamTicket
    ) {
        let hub = routes.hub
        let headers = exchange.head.headers
        let trace = TraceContext.serving(traceparent: headers["traceparent"], tracestate: headers["tracestate"])
        var exchange = exchange
        exchange.trace = trace
        let served = exchange
        task = TraceContext.$current.withValue(trace) {
            Task {
                do throws(StartFailure) {
                    let ticket = try await ticket()
                    served.onLoop { $0.handOver(served, ticket, hub: hub, context: $1) }
                } catch {
                    served.onLoop { handler, context in
                        if let limit = error.limit { handler.services.connections.count(limit) }
                        handler.reply(served, .failure(error), context: context)
                    }
                }
            }
        }
    }

    /// Gives a duplicate of the connection's descriptor to the hub and lets go of the channel.
    func handOver(_ exchange: Exchange, _ ticket: StreamTicket, hub: StreamHub, context: ChannelHandlerContext) {
        let duplicate =
            (try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                fcntl($0, F_DUPFD_CLOEXEC, 0)
            }) ?? -1
        guard context.channel.isActive, duplicate >= 0 else {
            if duplicate >= 0 { close(duplicate) }
            Task { await hub.abandon(ticket) }
            return context.close(promise: nil)
        }
        metrics.record(exchange, status: 200)
        let isChunked = exchange.head.version.major == 1 && exchange.head.version.minor >= 1
        let head = """
            HTTP/1.\(isChunked ? 1 : 0) 200 OK\r
            Content-Type: video/MP2T\r
            \(isChunked ? "Transfer-Encoding: chunked\r\n" : "")Cache-Control: no-store\r
            Connection: close\r
            \r

            """
        task = nil
        let origin = ViewerOrigin(entry: exchange.entry, place: place, log: services.accessLog)
        place.keep()
        context.close(promise: nil)
        Task {
            await hub.attach(
                ticket, descriptor: duplicate, head: Array(head.utf8), isChunked: isChunked, origin: origin)
        }
    }

    // MARK: Pages

    private func page(_ exchange: Exchange, path: Substring, query: Substring, context: ChannelHandlerContext) {
        let route = exchange.route
        let method = exchange.head.method
        let isManagement = ProxyRoutes.isManagement(route)
        let refusal = isManagement || route == .status ? refusal(of: exchange) : nil
        if isManagement, let refusal {
            services.managementRefusals[Label(refusal)].increment()
            return reply(exchange, refusal.answer, context: context)
        }
        let isManaged = isManagement && route != .streams
        let isRead = (method == .GET || method == .HEAD) && route != .viewer
        guard isRead || (method == .POST && route == .lineupScan) || (method == .DELETE && isManaged) else {
            var answer = route == .other ? Answer.notFound : .methodNotAllowed
            answer.allow = ProxyRoutes.allow(route)
            return reply(exchange, answer, context: context)
        }
        if route == .metrics { return metrics(exchange, query: query, context: context) }
        let routes = routes
        let host = exchange.head.headers.first(name: "host")
        task = Task {
            let answer =
                if isManaged {
                    await routes.manage(route, isDeletion: method == .DELETE, path: path, query: query)
                } else {
                    await routes.answer(route, query: query, host: host, isOperator: refusal == nil)
                }
            exchange.onLoop { $0.reply(exchange, answer, context: $1) }
        }
    }

    private func refusal(of exchange: Exchange) -> ManagementRefusal? {
        services.access.refusal(of: exchange.head.headers, peer: peer)
    }

    private func metrics(_ exchange: Exchange, query: Substring, context: ChannelHandlerContext) {
        let reply: ScrapeReply
        do {
            reply = try ScrapeReply(exchange, query: query, registry: routes.registry, channel: context.channel)
        } catch {
            return self.reply(exchange, .text(.badRequest, error.description), context: context)
        }
        metrics.record(exchange, status: 200)
        task = Task { [log = services.accessLog] in
            let bytes = await reply.send()
            guard let log else { return }
            var entry = exchange.entry
            entry.bytes = UInt64(bytes)
            log.write(entry)
        }
    }

    func reply(_ exchange: Exchange, _ answer: Answer, context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        metrics.record(exchange, status: Int(answer.status.code))
        if let log = services.accessLog {
            var entry = exchange.entry
            entry.status = Int(answer.status.code)
            entry.bytes = exchange.head.method == .HEAD ? 0 : UInt64(answer.body.count)
            entry.firstByteAfter = exchange.startedAt.duration(to: .now)
            log.write(entry)
        }
        var headers: HTTPHeaders = ["X-Content-Type-Options": "nosniff"]
        if answer.status != .noContent {
            headers.add(name: "Content-Type", value: answer.contentType)
            headers.add(name: "Content-Length", value: "\(answer.body.count)")
        }
        headers.add(contentsOf: answer.headers)
        if exchange.isCrossOrigin { headers.add(contentsOf: CrossOrigin.headers) }
        if answer.status == .methodNotAllowed {
            headers.add(name: "Allow", value: answer.allow + (exchange.isCrossOrigin ? ", OPTIONS" : ""))
        }
        if answer.status == .unauthorized { headers.add(name: "WWW-Authenticate", value: "Bearer") }
        if let seconds = answer.retryAfter { headers.add(name: "Retry-After", value: "\(seconds)") }
        if answer.contentType == Answer.playlistType { headers.add(name: "Cache-Control", value: "no-store") }
        if exchange.head.method == .HEAD, answer.body.isEmpty { headers.remove(name: "Content-Length") }
        if !exchange.isKeepAlive {
            headers.add(name: "Connection", value: "close")
        } else if exchange.head.version.minor == 0 {
            headers.add(name: "Connection", value: "keep-alive")
        }
        let head = HTTPResponseHead(version: exchange.head.version, status: answer.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if exchange.head.method != .HEAD, !answer.body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
        }
        let isKeptAlive = exchange.isKeepAlive
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            if !isKeptAlive { channel.close(promise: nil) }
        }
    }
}
