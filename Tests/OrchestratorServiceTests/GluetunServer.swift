import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix

/// Gluetun's control server, as far as it is asked.
final class GluetunServer: Sendable {
    struct Behaviour: Sendable {
        var port = 51_820
        /// Which of the two routes of the forwarded port answers; the other one is 404, or 301 to this one.
        var hasOldRoute = false
        var redirects = false
        var key: String?
        var requests: [String] = []
    }

    private let state = NIOLockedValueBox(Behaviour())
    private let channel: NIOLockedValueBox<(any Channel)?> = NIOLockedValueBox(nil)

    init(_ behaviour: Behaviour = Behaviour()) async throws {
        state.withLockedValue { $0 = behaviour }
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { [state] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(state: state))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        channel.withLockedValue { $0 = listener }
    }

    var url: String { "http://127.0.0.1:\(channel.withLockedValue { $0?.localAddress?.port } ?? 0)" }
    var requests: [String] { state.withLockedValue { $0.requests } }

    func change(_ change: (inout Behaviour) -> Void) { state.withLockedValue { change(&$0) } }

    func stop() async throws { try await channel.withLockedValue { $0 }?.close() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let state: NIOLockedValueBox<Behaviour>

        init(state: NIOLockedValueBox<Behaviour>) {
            self.state = state
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .head(let head) = unwrapInboundIn(data) else { return }
            let (status, location, body) = state.withLockedValue { state in
                state.requests.append(head.uri)
                return Self.answer(head, state)
            }
            var headers: HTTPHeaders = ["Content-Type": "application/json", "Content-Length": "\(body.utf8.count)"]
            if let location { headers.add(name: "Location", value: location) }
            context.write(
                wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))),
                promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }

        private static func answer(
            _ head: HTTPRequestHead, _ state: Behaviour
        ) -> (HTTPResponseStatus, location: String?, body: String) {
            if let key = state.key, head.headers.first(name: "X-API-Key") != key {
                return (.unauthorized, nil, "Unauthorized")
            }
            let old = "/v1/openvpn/portforwarded"
            let new = "/v1/portforward"
            switch head.uri {
            case state.hasOldRoute ? old : new: return (.ok, nil, #"{"port":\#(state.port)}"#)
            case old where state.redirects: return (.movedPermanently, new, "")
            case "/v1/publicip/ip":
                let place = #""region":"North Holland","country":"Netherlands","city":"Amsterdam""#
                return (.ok, nil, #"{"public_ip":"203.0.113.7",\#(place),"organization":"AS9009 M247"}"#)
            default: return (.notFound, nil, "404 page not found")
            }
        }
    }
}
