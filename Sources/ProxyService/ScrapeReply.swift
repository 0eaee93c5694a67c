import NIOCore
import NIOHTTP1
import Telemetry

/// Sends an exposition piece by piece, each one when the one before has been written, off the event loop.
struct ScrapeReply: Sendable {
    private let head: HTTPRequestHead
    private let isKeepAlive: Bool
    private let request: ScrapeRequest
    private let registry: Registry
    private let channel: any Channel

    /// - Throws: ``ScrapeRequestError`` for a query parameter that is not allowed.
    init(
        _ exchange: Exchange, query: Substring, registry: Registry, channel: any Channel
    ) throws(ScrapeRequestError) {
        head = exchange.head
        isKeepAlive = exchange.isKeepAlive
        request = try ScrapeRequest(
            accept: head.headers["accept"].joined(separator: ","),
            acceptEncoding: head.headers["accept-encoding"].joined(separator: ","),
            scrapeTimeout: head.headers.first(name: "x-prometheus-scrape-timeout-seconds"), query: String(query))
        self.registry = registry
        self.channel = channel
    }

    /// An answer that is not read within this time is given up.
    private static let limit = TimeAmount.seconds(15)

    /// Sends the answer. One that cannot be completed in time is broken off, so that nobody takes it for complete.
    /// - Returns: the bytes of the body that were sent.
    func send() async -> Int {
        var bytes = 0
        let deadline = channel.eventLoop.scheduleTask(in: Self.limit) { [channel] in channel.close(promise: nil) }
        defer { deadline.cancel() }
        do {
            // A reader of HTTP/1.0 knows the end by the connection's. The answer to HEAD ends so too: its end would be
            // written as a chunk, which the reader would take for the next answer.
            let isKeptAlive = isKeepAlive && head.version.minor > 0 && head.method != .HEAD
            var headers = HTTPHeaders(request.headerFields.map { ($0.name, $0.value) })
            headers.add(name: "X-Content-Type-Options", value: "nosniff")
            if head.version.minor > 0 { headers.add(name: "Transfer-Encoding", value: "chunked") }
            if !isKeptAlive { headers.add(name: "Connection", value: "close") }
            try await write(.head(HTTPResponseHead(version: head.version, status: .ok, headers: headers)))
            if head.method != .HEAD {
                try await sendPieces(&bytes)
                try await write(.end(nil))
            }
            if !isKeptAlive { try await channel.close() }
        } catch {
            channel.close(promise: nil)
        }
        return bytes
    }

    private func sendPieces(_ bytes: inout Int) async throws {
        var scrape = registry.scrape(request)
        var piece = channel.allocator.buffer(capacity: Scrape.pieceLength)
        while try scrape.nextPiece({ piece.writeBytes($0) }) {
            let count = piece.readableBytes
            try await write(.body(.byteBuffer(piece)))
            bytes += count
            piece = channel.allocator.buffer(capacity: Scrape.pieceLength)
        }
    }

    private func write(_ part: HTTPServerResponsePart) async throws {
        try await channel.writeAndFlush(part)
    }
}
