import Foundation
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Outbound
import Providers

/// A Docker daemon on a Unix socket that answers as told, for what a real one does not do when it should.
final class ScriptedDaemon: Sendable {
    enum Answer: Sendable {
        case status(Int, String)
        /// These bytes and no more; then the connection is closed.
        case raw(String)
        /// Nothing, for good.
        case silence
    }

    struct Request: Sendable {
        var method: String
        var path: String
        var query: String
        var body: String
    }

    private let channel: any Channel
    private let received = NIOLockedValueBox<[Request]>([])
    let path: String

    /// - Parameter script: what to answer.
    init(_ script: @escaping @Sendable (Request) -> Answer) async throws {
        path = "/tmp/weir-daemon-\(UUID().uuidString.prefix(8))"
        let received = received
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Connection { request in
                            received.withLockedValue { $0.append(request) }
                            return script(request)
                        })
                }
            }
            .bind(unixDomainSocketPath: path).get()
    }

    /// Runs a test with a provider of this daemon.
    static func with(
        _ configuration: DockerConfiguration = DockerConfiguration(), timeout: Duration = .seconds(10),
        script: @escaping @Sendable (Request) -> Answer,
        _ body: (DockerProvider, ScriptedDaemon) async throws -> Void
    ) async throws {
        let daemon = try await ScriptedDaemon(script)
        let outbound = OutboundClient()
        var configuration = configuration
        configuration.daemon = .unix(path: daemon.path)
        configuration.timeout = timeout
        let provider = DockerProvider(
            configuration: configuration, outbound: outbound, logger: Logger(label: "test"))
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body(provider, daemon)) } catch { outcome = .failure(error) }
        outbound.shutDown()
        try await daemon.channel.close()
        unlink(daemon.path)
        try outcome.get()
    }

    var requests: [Request] { received.withLockedValue { $0 } }

    func count(_ method: String, _ path: String) -> Int {
        requests.count { $0.method == method && $0.path == path }
    }

    private final class Connection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let answer: (Request) -> Answer
        private var text = ""

        init(answer: @escaping (Request) -> Answer) {
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
            guard let end = text.firstRange(of: "\r\n\r\n") else { return }
            let lines = text[..<end.lowerBound].split(separator: "\r\n")
            let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
                .flatMap { Int($0.split(separator: ":")[1].drop { $0 == " " }) }
            let body = text[end.upperBound...]
            guard body.utf8.count >= length ?? 0 else { return }
            let words = lines[0].split(separator: " ")
            let target = words[1].split(separator: "?", maxSplits: 1)
            let request = Request(
                method: String(words[0]), path: String(target[0]), query: target.count > 1 ? String(target[1]) : "",
                body: String(body))
            text = ""
            switch answer(request) {
            case .status(let status, let body):
                let head = "HTTP/1.1 \(status) Status\r\nContent-Type: application/json\r\n"
                let length = status == 204 || status == 304 ? "" : "Content-Length: \(body.utf8.count)\r\n"
                context.writeAndFlush(
                    wrapOutboundOut(ByteBuffer(string: head + length + "\r\n" + (length.isEmpty ? "" : body))),
                    promise: nil)
            case .raw(let bytes):
                let channel = context.channel
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: bytes))).whenComplete { _ in
                    channel.close(promise: nil)
                }
            case .silence:
                break
            }
        }
    }
}
