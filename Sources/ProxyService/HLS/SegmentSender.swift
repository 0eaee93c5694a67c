import NIOCore
import NIOHTTP1

/// Writes a long body piece by piece, each once the connection has taken the one before, so that all that waits for a
/// slow player is one piece of bytes that others share. Belongs to its channel's event loop.
final class SegmentSender {
    private static let pieceSize = 256 << 10

    private let context: ChannelHandlerContext
    private var rest: ByteBuffer
    private let stallLimit: TimeAmount
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
        self.sent = sent
        self.ended = ended
        rest = body
    }

    func sendNext() {
        guard let piece = rest.readSlice(length: min(rest.readableBytes, Self.pieceSize)), piece.readableBytes > 0
        else { return ended(true) }
        let limit = context.eventLoop.assumeIsolated().scheduleTask(in: stallLimit) { self.ended(false) }
        let write = context.writeAndFlush(NIOAny(HTTPServerResponsePart.body(.byteBuffer(piece))))
        write.assumeIsolated().whenComplete { result in
            limit.cancel()
            guard case .success = result else { return }
            self.sent(piece.readableBytes)
            self.sendNext()
        }
    }
}
