import TransportStream

/// Cuts the stream of a running session into segments for HLS. Belongs to the hub's event thread, where it copies
/// packets and nothing else; segments are handed over through a bounded queue.
final class StreamTap {
    /// Bytes of the past that the first segments are made of, at most.
    static let maximumPast: UInt64 = 4 << 20
    /// A segment never gets larger.
    static let maximumSegmentBytes = 8 << 20
    /// Segments on their way at most, whatever their size.
    private static let queueLength = 64

    let stream: CutStream
    private var segmenter = Segmenter(maximumBytes: maximumSegmentBytes)
    private var cursor: UInt64
    private let begin: ContinuousClock.Instant
    private let queue: AsyncStream<Segmenter.Segment>.Continuation
    /// Whether a segment was lost because nobody took the ones before it.
    private var hasLost = false

    init(_ stream: CutStream, at join: StreamBuffer.JoinPoint, now: ContinuousClock.Instant) {
        self.stream = stream
        cursor = join.position
        begin = now
        let (segments, queue) = AsyncStream.makeStream(
            of: Segmenter.Segment.self, bufferingPolicy: .bufferingOldest(Self.queueLength))
        self.queue = queue
        Task.detached { await stream.take(segments) }
        join.preamble.withUnsafeBytes { append($0, now: now) }
    }

    /// Takes what has been published since the last time.
    func take(_ buffer: borrowing StreamBuffer, now: ContinuousClock.Instant) {
        guard case .packets = buffer.layout else {
            if buffer.layout == .opaque { finish(.opaque) }
            return
        }
        let oldest = buffer.layout.boundary(atOrAfter: buffer.ring.tail)
        if cursor < oldest {
            segmenter.breakOff { hand($0) }
            cursor = oldest
        }
        let limit = buffer.limit
        guard limit > cursor else { return }
        append(buffer.ring.window(from: cursor, to: limit), now: now)
        cursor = limit
    }

    /// Hands over the last segment: nothing more comes.
    func finish(_ ending: CutStream.Ending) {
        segmenter.finish { hand($0) }
        stream.note(ending)
        queue.finish()
    }

    private func append(_ packets: UnsafeRawBufferPointer, now: ContinuousClock.Instant) {
        let arrival = UInt64(max(0, begin.duration(to: now) / .seconds(1)) * Double(Timestamp.ticksPerSecond))
        segmenter.append(packets, arrival: arrival) { hand($0) }
    }

    private func hand(_ segment: Segmenter.Segment) {
        var segment = segment
        segment.isDiscontinuous = segment.isDiscontinuous || hasLost
        guard stream.expect(segment.bytes.count) else { return hasLost = true }
        if case .enqueued = queue.yield(segment) { hasLost = false } else { hasLost = true }
    }
}
