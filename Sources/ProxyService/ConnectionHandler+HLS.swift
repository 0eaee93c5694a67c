import Catalogue
import EngineAPI
import Fleet
import NIOCore
import NIOHTTP1
import Playlist
import Settings
import Telemetry

/// Playlists and segments.
extension ConnectionHandler {
    /// Answers a request for a stream's playlist.
    func playlist(_ exchange: Exchange, query: Substring, context: ChannelHandlerContext) {
        let type = Answer.playlistType
        guard let request = request(exchange, query: query, type: type, context: context) else { return }
        guard request.edgePlayerID == nil else {
            // Another proxy asks as it asks an engine: it gets the stream itself.
            if exchange.route == .getStream { return stream(exchange, query: query, context: context) }
            let refusal = "{\"response\":null,\"error\":\(JSONText.quote(EngineError.noPlaylist))}"
            return reply(exchange, .json(.ok, refusal), context: context)
        }
        var exchange = exchange
        exchange.content = request.content
        let gateway = routes.hls
        let parameters = request.parameters.map { ($0.name, $0.value) }
        let visit = HLSVisit(exchange, ResourceAddress(query: query))
        guard exchange.route == .cutStream else {
            return serve(exchange) { await gateway.manifest(request.content, parameters: parameters, for: visit) }
        }
        serve(exchange) { await gateway.cutPlaylist(request.content, parameters: parameters, for: visit) }
    }

    /// Answers a request for a channel's playlist.
    func playlist(
        _ exchange: Exchange, of channel: Playlist.Channel, start: ChannelStart, path: Substring
    ) {
        let gateway = routes.hls
        let visit = HLSVisit(exchange, ResourceAddress(channel: path))
        serve(exchange) { await gateway.manifest(of: channel, start: start, for: visit) }
    }

    /// Answers a request for a segment, a key or a nested playlist.
    func resource(_ exchange: Exchange, path: Substring, query: Substring, context: ChannelHandlerContext) {
        guard exchange.head.method == .GET || exchange.head.method == .HEAD else {
            return reply(exchange, .methodNotAllowed, context: context)
        }
        guard let resource = ResourceAddress.resource(path: path, query: query) else {
            return reply(exchange, HLSFailure.unknown.answer, context: context)
        }
        let gateway = routes.hls
        let visit = HLSVisit(exchange, resource.address)
        serve(exchange) { await gateway.resource(session: resource.session, name: resource.name, for: visit) }
    }

    private func serve(_ exchange: Exchange, _ reply: @escaping @Sendable () async -> HLSReply) {
        let headers = exchange.head.headers
        let trace = TraceContext.serving(traceparent: headers["traceparent"], tracestate: headers["tracestate"])
        var traced = exchange
        traced.trace = trace
        task = TraceContext.$current.withValue(trace) {
            Task { [exchange = traced] in
                let reply = await reply()
                exchange.onLoop { handler, context in
                    switch reply {
                    case .failure(let failure):
                        if let limit = failure.limit { handler.services.connections.count(limit) }
                        handler.reply(exchange, .failure(failure), context: context)
                    case .answer(let answer): handler.reply(exchange, answer, context: context)
                    case .segment(let bytes, let contentType, let source, let sent):
                        handler.send(bytes, of: contentType, from: source, sent: sent, exchange, context: context)
                    }
                }
            }
        }
    }

    private func send(
        _ body: ByteBuffer, of contentType: String, from source: HLSSource, sent: ByteCount, _ exchange: Exchange,
        context: ChannelHandlerContext
    ) {
        guard context.channel.isActive else { return }
        metrics.record(exchange, status: 200)
        let isKeptAlive = exchange.isKeepAlive
        var headers: HTTPHeaders = [
            "Content-Type": contentType, "Content-Length": "\(body.readableBytes)", "Cache-Control": "max-age=3600",
            "X-Content-Type-Options": "nosniff",
        ]
        if exchange.isCrossOrigin { headers.add(contentsOf: CrossOrigin.headers) }
        if !isKeptAlive { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(version: exchange.head.version, status: .ok, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let hls = routes.hls.metrics
        let isWanted = exchange.head.method != .HEAD
        var entry = exchange.entry
        entry.status = 200
        entry.firstByteAfter = exchange.startedAt.duration(to: .now)
        entry.bytes = isWanted ? UInt64(body.readableBytes) : 0
        services.accessLog?.write(entry)
        let sender = SegmentSender(
            isWanted ? body : ByteBuffer(), context: context,
            stallLimit: .nanoseconds(Int64(routes.hls.settings.viewerStallTimeout / .nanoseconds(1)))
        ) { count in
            hls.sentBytes[source]?.increment(by: count)
            sent.add(count)
        } ended: { isComplete in
            guard isComplete else {
                hls.evictedAsStalled.increment()
                return context.close(promise: nil)
            }
            if isWanted { hls.segments[source]?.increment() }
            let channel = context.channel
            context.writeAndFlush(self.wrapOutboundOut(.end(nil))).whenComplete { _ in
                if !isKeptAlive { channel.close(promise: nil) }
            }
        }
        sender.sendNext()
    }
}
