import Foundation

/// One player's connection: a cursor into its session's ring and what its socket still owes.
///
/// Belongs to the hub's event thread. It never copies stream bytes, except the rest of a packet that a full socket cut
/// in two, so that the player stays on a packet boundary even when the ring has run past its cursor meanwhile.
package final class Viewer {
    package enum Progress {
        /// Everything published has been handed to the socket.
        case caughtUp
        /// The socket takes no more for now.
        case blocked
        /// More is there and the socket takes it; others had their turn to wait for.
        case yielded
        /// The player is gone.
        case gone
    }

    /// One chunk, and one write, is at most this long, so that no viewer holds the thread for long. Both end on a
    /// packet boundary: otherwise the rest of a packet could lie in two chunks.
    private static let maximumWrite = 256 << 10
    private static let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)

    package let token: UInt64
    package let descriptor: Int32
    package let isChunked: Bool
    /// Where the session's ``ViewerList`` has it, which alone sets this and the next.
    var place = 0
    /// What everybody in step had been sent when it came to them.
    var sentBeforeStep: UInt64 = 0
    /// Position of the next byte to send; out of date while the viewer is in step.
    package private(set) var cursor: UInt64
    /// Whether the hub waits for the socket to become writable.
    var isBlocked = false
    /// When the socket last took a byte, or was last owed none.
    var lastProgress: ContinuousClock.Instant
    /// Without those sent since the viewer is in step, see ``ViewerList/sentBytes(of:)``.
    package internal(set) var sentBytes: UInt64 = 0
    let attachedAt: ContinuousClock.Instant
    /// The player's request, until the first stream byte is out.
    var demand: ViewerDemand?
    /// How often it went on further ahead because the ring had run past its cursor.
    private(set) var movedForward = 0
    /// From its request to its first stream byte; nil before.
    var firstByteAfter: Duration?
    /// Who watches; nil where nobody has said.
    var origin: ViewerOrigin?
    /// Bytes that go out before the stream.
    let headBytes: Int

    /// Bytes that go out before anything from the ring: response head, program tables, framing.
    private var pending: [UInt8]
    private var pendingOffset = 0
    private var chunkRemaining = 0
    /// What is missing of the packet that the socket cut in two.
    private var packetRest: [UInt8] = []

    /// - Parameters:
    ///   - head: sent as it is.
    ///   - preamble: stream bytes that go before the ring's, whole packets.
    package init(
        token: UInt64, descriptor: Int32, isChunked: Bool, head: [UInt8], preamble: [UInt8], cursor: UInt64,
        now: ContinuousClock.Instant
    ) {
        self.token = token
        self.descriptor = descriptor
        self.isChunked = isChunked
        self.cursor = cursor
        lastProgress = now
        attachedAt = now
        headBytes = head.count
        pending = head
        guard !preamble.isEmpty else { return }
        if isChunked { pending += ChunkFraming.header(of: preamble.count) }
        pending += preamble
        if isChunked { pending += ChunkFraming.lineBreak }
    }

    /// Sends what the socket takes, up to `limit` (a packet boundary).
    package func pump(_ ring: borrowing Ring, limit: UInt64, layout: PacketLayout) -> Progress {
        for _ in 0..<4 {
            let window = nextWindow(ring, limit: limit, layout: layout)
            guard pendingOffset < pending.count || !window.isEmpty else { return .caughtUp }
            let endsChunk = isChunked && window.count == chunkRemaining && !window.isEmpty
            let written = write(window, endsChunk: endsChunk)
            if written < 0 {
                if errno == EAGAIN || errno == EINTR { return .blocked }
                return .gone
            }
            let isComplete = consume(written, window: window, endsChunk: endsChunk)
            if !isComplete {
                packetRest = layout.rest(ofPacketAt: cursor, in: ring, limit: limit)
                return .blocked
            }
            packetRest = []
        }
        return cursor < limit ? .yielded : .caughtUp
    }

    /// Whether the viewer can be sent the chunks that all others are sent who stand at `position`.
    package func isInStep(at position: UInt64) -> Bool {
        isChunked && cursor == position && chunkRemaining == 0 && pending.isEmpty && demand == nil && !isBlocked
    }

    /// Goes on by itself from `position`, up to which it was in step.
    package func leaveStep(at position: UInt64) {
        cursor = position
    }

    /// Goes on by itself from within `chunk`, the first `taken` bytes of which the socket has taken.
    package func leaveStep(
        within chunk: borrowing SharedChunk, taken: Int, ring: borrowing Ring, layout: PacketLayout
    ) {
        cursor = chunk.start
        pending = Array(chunk.bytes[..<chunk.headerLength])
        chunkRemaining = Int(chunk.end - chunk.start)
        _ = consume(taken, window: ring.window(from: chunk.start, to: chunk.end), endsChunk: true)
        packetRest = layout.rest(ofPacketAt: cursor, in: ring, limit: chunk.end)
    }

    /// Goes on at `position`, a packet boundary, because the ring has overwritten what the cursor pointed at.
    package func skip(to position: UInt64) {
        movedForward += 1
        if !packetRest.isEmpty {
            pending = Array(pending[pendingOffset...]) + packetRest
            pendingOffset = 0
            if isChunked {
                chunkRemaining -= packetRest.count
                if chunkRemaining == 0 { pending += ChunkFraming.lineBreak }
            }
            packetRest = []
        }
        cursor = position
    }

    /// Whether nothing is owed but what `limit` holds back.
    package func hasSentAll(upTo limit: UInt64) -> Bool {
        cursor >= limit && pendingOffset == pending.count
    }

    /// Ends the body where the framing can say so, as far as the socket takes it.
    package func finish() {
        guard isChunked, chunkRemaining == 0, pendingOffset == pending.count else { return }
        pending = Array("0\r\n\r\n".utf8)
        pendingOffset = 0
        _ = write(UnsafeRawBufferPointer(start: nil, count: 0), endsChunk: false)
    }

    private func nextWindow(_ ring: borrowing Ring, limit: UInt64, layout: PacketLayout) -> UnsafeRawBufferPointer {
        let end = min(limit, layout.boundary(atOrBefore: cursor + UInt64(Self.maximumWrite)))
        let available = end > cursor ? Int(end - cursor) : 0
        guard available > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        guard isChunked else { return ring.window(from: cursor, to: cursor + UInt64(available)) }
        if chunkRemaining == 0 {
            pending += ChunkFraming.header(of: available)
            chunkRemaining = available
        }
        return ring.window(from: cursor, to: cursor + UInt64(min(available, chunkRemaining)))
    }

    /// One write of pending bytes, window and the chunk's end. -1 with `errno` on failure.
    private func write(_ window: UnsafeRawBufferPointer, endsChunk: Bool) -> Int {
        if pending.isEmpty, !endsChunk { return send(descriptor, window.baseAddress, window.count, Self.flags) }
        return gather(window, endsChunk: endsChunk)
    }

    private func gather(_ window: UnsafeRawBufferPointer, endsChunk: Bool) -> Int {
        pending.withUnsafeBytes { pending in
            ChunkFraming.lineBreak.withUnsafeBytes { lineBreak in
                let parts = (
                    Self.vector(UnsafeRawBufferPointer(rebasing: pending[pendingOffset...])), Self.vector(window),
                    Self.vector(endsChunk ? lineBreak : UnsafeRawBufferPointer(start: nil, count: 0))
                )
                return withUnsafeBytes(of: parts) { parts in
                    var message = msghdr()
                    message.msg_iov = UnsafeMutableRawPointer(mutating: parts.baseAddress)?.assumingMemoryBound(
                        to: iovec.self)
                    message.msg_iovlen = 3
                    return sendmsg(descriptor, &message, Self.flags)
                }
            }
        }
    }

    /// Accounts for `written` bytes. Returns whether everything offered was taken.
    private func consume(_ written: Int, window: UnsafeRawBufferPointer, endsChunk: Bool) -> Bool {
        sentBytes += UInt64(written)
        let offered = pending.count - pendingOffset + window.count + (endsChunk ? 2 : 0)
        var rest = written
        let fromPending = min(rest, pending.count - pendingOffset)
        pendingOffset += fromPending
        rest -= fromPending
        if pendingOffset == pending.count {
            // The memory goes back: the response head's would be held for as long as the viewer watches.
            pending = []
            pendingOffset = 0
        }
        let fromWindow = min(rest, window.count)
        cursor += UInt64(fromWindow)
        rest -= fromWindow
        if isChunked { chunkRemaining -= fromWindow }
        if endsChunk, fromWindow == window.count, rest < 2 { pending += ChunkFraming.lineBreak[rest...] }
        return written == offered
    }

    private static func vector(_ bytes: UnsafeRawBufferPointer) -> iovec {
        iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
    }
}
