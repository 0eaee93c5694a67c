import Catalogue
import EngineAPI
import Fleet
import Logging
import NIOCore
import NIOHTTP1
import Telemetry

/// Answering other proxies as an engine would.
extension ConnectionHandler {
    /// `GET /ace/getstream?…&format=json&pid=…`: starts or joins the stream, and names the edge's own URLs.
    func startEdge(_ exchange: Exchange, _ request: StreamRequest, player: String, context: ChannelHandlerContext) {
        let head = exchange.head
        guard let address = head.headers.first(name: "host").flatMap(PublicAddress.url(host:)) else {
            return reply(
                exchange, .text(.badRequest, "the Host header is not a host name with or without a port"),
                context: context)
        }
        guard let chain = ProxyChain(via: head.headers["via"]), !chain.contains(routes.name) else {
            services.logger.warning(
                "a proxy takes this one for an engine that asks it itself",
                metadata: ["via": "\(head.headers["via"].joined(separator: ", ").prefix(256))"])
            return reply(exchange, .engineError(StreamHub.loop.message), context: context)
        }
        let hub = routes.hub
        let name = routes.name
        let trace = TraceContext.serving(
            traceparent: head.headers["traceparent"], tracestate: head.headers["tracestate"])
        let work = { @Sendable () async -> Answer in
            do throws(StartFailure) {
                let ticket = try await hub.admit(
                    request.content, parameters: request.parameters.map { ($0.name, $0.value) },
                    requestedAt: exchange.startedAt, client: exchange.client,
                    dropsNullPackets: request.dropsNullPackets)
                let edge = try await hub.expectEdge(ticket, player: player, chain: chain)
                return .edge(edge, of: request.content, at: address, name: name)
            } catch {
                return .engineError(error.message)
            }
        }
        task = TraceContext.$current.withValue(trace) {
            ProxyChain.$current.withValue(chain) {
                Task {
                    let answer = await work()
                    exchange.onLoop { $0.reply(exchange, answer, context: $1) }
                }
            }
        }
    }

    /// The URLs that an edge was given.
    func edge(_ exchange: Exchange, path: Substring, query: Substring, context: ChannelHandlerContext) {
        let method = exchange.head.method
        guard method == .GET || method == .HEAD else { return reply(exchange, .methodNotAllowed, context: context) }
        let hub = routes.hub
        let token = String(path.split(separator: "/").last ?? "")
        switch exchange.route {
        case .edgeStream where method == .HEAD:
            reply(exchange, Answer(status: .ok, contentType: "video/mp2t", body: []), context: context)
        case .edgeStream:
            task = Task {
                guard let ticket = await hub.redeemEdge(token) else {
                    return exchange.onLoop { $0.reply(exchange, .text(.notFound, Answer.unknownEdge), context: $1) }
                }
                exchange.onLoop { $0.handOver(exchange, ticket, hub: hub, context: $1) }
            }
        case .edgeStatus:
            task = Task {
                let status = await hub.edgeStatus(token)
                let answer = status.map { Answer.engineResponse($0) } ?? .engineError(Answer.unknownEdge)
                exchange.onLoop { $0.reply(exchange, answer, context: $1) }
            }
        default:
            guard query.split(separator: "&").contains("method=stop") else {
                return reply(exchange, .engineError("unknown method"), context: context)
            }
            task = Task {
                let answer: Answer =
                    await hub.stopEdge(token) ? .engineResponse("\"ok\"") : .engineError(Answer.unknownEdge)
                exchange.onLoop { $0.reply(exchange, answer, context: $1) }
            }
        }
    }
}

extension Answer {
    /// As an engine says it.
    fileprivate static let unknownEdge = "unknown playback session id"

    /// An engine's envelope around some JSON.
    fileprivate static func engineResponse(_ json: String) -> Answer {
        .json(.ok, "{\"response\":\(json),\"error\":null}")
    }

    /// An engine's refusal, whose status is 200.
    fileprivate static func engineError(_ message: String) -> Answer {
        .json(.ok, "{\"response\":null,\"error\":\(JSONText.quote(message))}")
    }

    /// What an engine tells of a session it has opened. The URLs repeat the content, so that a balancer finds the
    /// proxy that knows them.
    fileprivate static func edge(
        _ edge: StreamHub.EdgeSession, of content: ContentKey, at address: String, name: String
    ) -> Answer {
        let kind = content.kind == .contentID ? "id" : content.kind.rawValue
        let place =
            "\(edge.infohash.isEmpty ? "-" : PercentEncoding.encode(edge.infohash))/\(edge.token)"
            + "?\(kind)=\(PercentEncoding.encode(content.value))"
        func url(_ part: String) -> String { JSONText.quote("\(address)/ace/\(part)/\(place)") }
        let via = ([name] + edge.via).map(JSONText.quote).joined(separator: ",")
        return .engineResponse(
            """
            {"playback_url":\(url("r")),"stat_url":\(url("stat")),"command_url":\(url("cmd")),\
            "infohash":\(JSONText.quote(edge.infohash)),"playback_session_id":"\(edge.token)",\
            "is_live":\(edge.isLive ? 1 : 0),"is_encrypted":0,"client_session_id":-1,"via":[\(via)]}
            """)
    }
}
