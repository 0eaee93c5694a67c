import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// A small HTTP client for the appliance's own services on 127.0.0.1: one request a connection, bounded in time.
struct LoopbackHTTP: Sendable {
    struct Reply: Sendable {
        let status: Int
        let body: ByteBuffer

        var data: Data { Data(body.readableBytesView) }
    }

    struct Failure: Error {
        let message: String
    }

    private let group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton

    /// GET of a small resource: at most 4 MiB of body, all of it within `timeout`.
    func get(port: Int, path: String, timeout: Duration = .seconds(2)) async throws -> Reply {
        var body = ByteBuffer()
        let status = try await exchange(port: port, path: path, limit: timeout) { part in
            guard body.readableBytes + part.readableBytes <= 4 << 20 else { throw Failure(message: "reply over 4 MiB") }
            body.writeImmutableBuffer(part)
        }
        guard let status else { throw Failure(message: "no whole reply within \(timeout)") }
        return Reply(status: status, body: body)
    }

    /// Reads a stream and throws its bytes away for `duration`, or until it ends or the task is cancelled.
    /// Returns the status, if one came, and the bytes read.
    func discard(port: Int, path: String, for duration: Duration) async -> (status: Int?, bytes: Int) {
        var bytes = 0
        var status: Int?
        _ = try? await exchange(port: port, path: path, limit: duration, onStatus: { status = $0 }) {
            bytes += $0.readableBytes
        }
        return (status, bytes)
    }

    /// The status of a reply that came whole; nil when the limit cut it.
    private func exchange(
        port: Int, path: String, limit: Duration, onStatus: (Int) -> Void = { _ in },
        onPart: (ByteBuffer) throws -> Void
    ) async throws -> Int? {
        let channel = try await ClientBootstrap(group: group)
            .connectTimeout(.seconds(2))
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>(
                        wrappingChannelSynchronously: channel)
                }
            }
        let socket = channel.channel
        let cut = socket.eventLoop.scheduleTask(in: .init(limit)) { socket.close(promise: nil) }
        defer { cut.cancel() }
        return try await withTaskCancellationHandler {
            try await channel.executeThenClose { inbound, outbound in
                let headers: HTTPHeaders = [
                    "Host": "127.0.0.1:\(port)", "Connection": "close", "User-Agent": "weir-up",
                ]
                try await outbound.write(
                    .head(HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: headers)))
                try await outbound.write(.end(nil))
                var status: Int?
                for try await part in inbound {
                    switch part {
                    case .head(let head):
                        status = Int(head.status.code)
                        onStatus(Int(head.status.code))
                    case .body(let buffer): try onPart(buffer)
                    case .end: return status
                    }
                }
                return nil
            }
        } onCancel: {
            socket.close(promise: nil)
        }
    }
}
