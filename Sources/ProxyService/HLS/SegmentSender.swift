import NIOCore
import NIOHTTP1

/// Writes a long body piece by piece, each once the connection has taken the one before, so that all that waits for a
/// slow player is one piece of bytes that others share. Belongs to its channel's event loop.
final class SegmentSender {
    private static let pieceSize = 256 << 10
    /// How many times the limit for one piece the whole may take: a segment that has left the cache or the window is in
    /// memory no longer than that.
    private static let patience: Int64 = 4

    private let context: ChannelHandlerContext
    private var rest: ByteBuffer
    private let stallLimit: TimeAmount
    private let deadline: NIODeadline
    private let sent: (Int) -> Void
    private let ended: (Bool) -> Void

    /// - Parameters:
    ///   - stallLimit: how long one piece may take.
    ///   - sent: called with the length of each piece taken.
    ///   - ended: called once: whether the player took everything in time; not called when it left.
    init(
        _ body: ByteBuffer, context: ChannelHandlerContext, stallLimit: TimeAmount, sent: @escaping (Int) -> Void,
        ended: @escaping (Bool) -> Void
    ) {
        self.context = context
        self.stallLimit = stallLimit
        deadline = .now() + .nanoseconds(stallLimit.nanoseconds * Self.patience)
        self.sent = sent
        self.ended = ended
        rest = body
    }

    func sendNext() {
        guard let piece = rest.readSlice(length: min(rest.readableBytes, Self.pieceSize)), piece.readableBytes > 0
        else { return ended(true) }
        let latest = min(.now() + stallLimit, deadline)
        let limit = context.eventLoop.assumeIsolated().scheduleTask(deadline: latest) { self.ended(false) }
        let write = context.writeAndFlush(NIOAny(HTTPServerResponsePart.body(.byteBuffer(piece))))
        write.assumeIsolated().whenComplete { result in
            limit.cancel()
            guard case .success = result else { return }
            self.sent(piece.readableBytes)
            self.sendNext()
        }
    }
}
