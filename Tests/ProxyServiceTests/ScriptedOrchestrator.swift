import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix

/// An orchestrator that leases its engines one after the other, the last one again and again, or refuses everybody, and
/// remembers what it was asked.
final class ScriptedOrchestrator: Sendable {
    struct Call: Sendable {
        var method: String
        var path: String
        var traceparent: String?
        var tracestate: String?
        var headers: [String: String] = [:]
        var body = ""
    }

    /// An answer other than the usual one.
    struct Refusal: Sendable {
        var status = 503
        var headers: [String: String] = [:]
        var body: String
    }

    private let calls: NIOLockedValueBox<[Call]>
    private let channel: any Channel
    /// Answers by the beginnings of `METHOD path`, instead of the usual ones.
    private let answers: NIOLockedValueBox<[String: Refusal]>

    convenience init(enginePort: Int, refusal: Refusal? = nil) async throws {
        try await self.init(enginePorts: [enginePort], refusal: refusal)
    }

    /// - Parameter enginePorts: 0 stands for a lease that is refused.
    init(enginePorts: [Int], refusal: Refusal? = nil) async throws {
        let ports = NIOLockedValueBox(enginePorts)
        let calls = NIOLockedValueBox<[Call]>([])
        let answers = NIOLockedValueBox<[String: Refusal]>([:])
        self.calls = calls
        self.answers = answers
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(
                        Script(calls: calls, answers: answers, enginePorts: ports, refusal: refusal))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    func calls(_ method: String, _ path: String) -> [Call] {
        calls.withLockedValue { $0 }.filter { $0.method == method && $0.path.hasPrefix(path) }
    }

    /// Answers requests whose `METHOD path` begins with `prefix` like this from now on.
    func answer(_ prefix: String, _ answer: Refusal?) { answers.withLockedValue { $0[prefix] = answer } }

    /// From now on leases the first of these engines that a request does not exclude.
    func choose(from ports: [Int]) {
        answer("choosing", .init(body: ports.map(String.init).joined(separator: " ")))
    }

    /// Answers nothing but failures from now on.
    func fail() { answer("*", .init(status: 500, body: "")) }

    func stop() async throws {
        try await channel.close()
    }

    private final class Script: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let calls: NIOLockedValueBox<[Call]>
        private let answers: NIOLockedValueBox<[String: Refusal]>
        private let enginePorts: NIOLockedValueBox<[Int]>
        private let refusal: Refusal?
        private var head: HTTPRequestHead?
        private var received = ByteBuffer()

        init(
            calls: NIOLockedValueBox<[Call]>, answers: NIOLockedValueBox<[String: Refusal]>,
            enginePorts: NIOLockedValueBox<[Int]>, refusal: Refusal?
        ) {
            self.answers = answers
            self.refusal = refusal
            self.calls = calls
            self.enginePorts = enginePorts
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                self.head = head
                received.clear()
            case .body(var piece): received.writeBuffer(&piece)
            case .end:
                guard let head else { return }
                calls.withLockedValue {
                    $0.append(
                        Call(
                            method: head.method.rawValue, path: head.uri,
                            traceparent: head.headers.first(name: "traceparent"),
                            tracestate: head.headers.first(name: "tracestate"),
                            headers: Dictionary(
                                head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 }),
                            body: String(buffer: received)))
                }
                let request = "\(head.method.rawValue) \(head.uri)"
                let scripted = answers.withLockedValue { answers in
                    answers["*"] ?? answers.first { request.hasPrefix($0.key) }?.value
                }
                if let other = scripted {
                    return answer(
                        context, head, HTTPResponseStatus(statusCode: other.status), other.headers,
                        ByteBuffer(string: other.body))
                }
                // As orchestrators have it that know no batches.
                if head.uri.hasPrefix("/events/batch") { return answer(context, head, .notFound, [:], ByteBuffer()) }
                let isLease = head.method == .POST && head.uri.hasPrefix("/engines/lease")
                let port = enginePorts.withLockedValue { ports in
                    isLease && ports.count > 1 ? ports.removeFirst() : ports.first ?? 0
                }
                if isLease, let choosing = answers.withLockedValue({ $0["choosing"] }) {
                    let body = String(buffer: received)
                    let free = choosing.body.split(separator: " ").first { !body.contains("127.0.0.1:\($0)\"") } ?? "0"
                    let grant = """
                        {"lease_id":"l\(free)","excluded":1,\
                        "engine":{"container_id":"e\(free)","host":"127.0.0.1","port":\(free)}}
                        """
                    return answer(
                        context, head, free == "0" ? .serviceUnavailable : .ok, [:], ByteBuffer(string: grant))
                }
                let answerBody = ByteBuffer(
                    string: """
                        {"lease_id":"l\(port)","engine":{"container_id":"e\(port)","host":"127.0.0.1","port":\(port)}}
                        """)
                if let refusal, isLease {
                    return answer(
                        context, head, HTTPResponseStatus(statusCode: refusal.status), refusal.headers,
                        ByteBuffer(string: refusal.body))
                }
                answer(context, head, isLease && port == 0 ? .serviceUnavailable : .ok, [:], answerBody)
            }
        }

        private func answer(
            _ context: ChannelHandlerContext, _ head: HTTPRequestHead, _ status: HTTPResponseStatus,
            _ fields: [String: String], _ body: ByteBuffer
        ) {
            var headers = HTTPHeaders(fields.map { ($0.key, $0.value) })
            headers.add(name: "Content-Length", value: "\(body.readableBytes)")
            let answer = HTTPResponseHead(version: head.version, status: status, headers: headers)
            context.write(wrapOutboundOut(.head(answer)), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
