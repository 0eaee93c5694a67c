import Catalogue
import NIOConcurrencyHelpers
import NIOCore
import Playlist
import Telemetry
import TransportStream

/// The segments cut from one session's transport stream, kept once for all players of it.
///
/// The event thread hands segments over, players' requests read them; what they share is under a lock that is held for
/// no longer than it takes to look something up.
final class CutStream: Sendable {
    /// How the stream ended.
    enum Ending: Sendable {
        /// Its engine said that there is no more.
        case regular
        /// It was given up or lost.
        case lost
        /// It is no transport stream.
        case opaque
    }

    private struct State {
        var window: LiveWindow<ByteBuffer>
        var ending: Ending?
        var isComplete = false
        var audience: HLSAudience
        /// Bytes of segments on their way to the window.
        var queuedBytes = 0
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter: UInt64 = 0
    }

    /// Memory for the segments that are kept: three of the largest size, or more smaller ones.
    private static let windowLimit = 3 * StreamTap.maximumSegmentBytes
    /// Memory for segments on their way there.
    private static let queueLimit = StreamTap.maximumSegmentBytes
    /// Memory that one stream takes at most, the segment that is being cut included.
    static let maximumBytes = windowLimit + queueLimit + StreamTap.maximumSegmentBytes

    /// 128 random bits in hexadecimal digits.
    let id = HLSSession.randomID()
    /// Later streams have higher ones.
    let number: UInt64
    private let cuts: [HLSCutReason: Counter]
    private let numbers: SerialNumbers
    private let memory: ReservedMemory.Reservation
    private let state: NIOLockedValueBox<State>

    /// - Parameters:
    ///   - numbers: where players get their ids from.
    ///   - memory: for ``maximumBytes``.
    init(
        cuts: [HLSCutReason: Counter], numbers: SerialNumbers, memory: ReservedMemory.Reservation,
        now: ContinuousClock.Instant
    ) {
        self.cuts = cuts
        self.numbers = numbers
        number = numbers.next()
        self.memory = memory
        state = NIOLockedValueBox(
            State(
                window: LiveWindow(targetDuration: Segmenter.targetDuration, byteLimit: Self.windowLimit),
                audience: HLSAudience(now: now)))
    }

    // MARK: From the stream

    /// Whether there is room for a further segment on its way to ``take(_:)``; it counts from now on.
    func expect(_ byteCount: Int) -> Bool {
        state.withLockedValue { state in
            guard state.queuedBytes + byteCount <= Self.queueLimit else { return false }
            state.queuedBytes += byteCount
            return true
        }
    }

    /// Takes segments, each of which was expected, until the stream ends.
    func take(_ segments: AsyncStream<Segmenter.Segment>) async {
        for await segment in segments {
            cuts[HLSCutReason(segment.cut)]?.increment()
            let bytes = ByteBuffer(bytes: segment.bytes)
            let duration = Double(segment.duration) / Double(Timestamp.ticksPerSecond)
            wake {
                $0.queuedBytes -= segment.bytes.count
                $0.window.append(
                    bytes, duration: duration, isDiscontinuous: segment.isDiscontinuous,
                    byteCount: bytes.readableBytes)
            }
        }
        wake { state in
            state.isComplete = true
            if case .regular = state.ending { state.window.isEnded = true }
        }
    }

    /// Notes how the stream ended; only the first word counts.
    func note(_ ending: Ending) {
        state.withLockedValue { $0.ending = $0.ending ?? ending }
    }

    private func wake(_ change: (inout State) -> Void) {
        let waiters = state.withLockedValue { state in
            change(&state)
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    // MARK: For players

    /// Notes that a player has asked for something. Returns what counts the bytes that it is sent.
    @discardableResult
    func note(_ viewer: HLSViewer, now: ContinuousClock.Instant) -> ByteCount {
        state.withLockedValue { $0.audience.note(viewer, id: numbers.next(), now: now) }
    }

    func isWatched(by viewer: HLSViewer) -> Bool {
        state.withLockedValue { $0.audience.contains(viewer) }
    }

    /// The players as they are now.
    var audience: HLSAudience { state.withLockedValue { $0.audience } }

    func snapshot(of viewer: UInt64, now: ContinuousClock.Instant) -> ViewerSnapshot? {
        state.withLockedValue { $0.audience.snapshot(of: viewer, now: now) }
    }

    /// Forgets a player. Returns who it was; nil where it is not there.
    func dismiss(_ viewer: UInt64) -> HLSViewer? {
        state.withLockedValue { $0.audience.remove(viewer) }
    }

    /// Whether `viewer` should be given another stream: this one has ended, and it has not been watching to the end.
    func isOver(for viewer: HLSViewer) -> Bool {
        state.withLockedValue { state in
            switch state.ending {
            case nil: false
            case .regular: !state.audience.contains(viewer)
            case .lost, .opaque: true
            }
        }
    }

    /// The playlist, once there is a segment; nil when none has come within `limit` or none will.
    func playlist(for address: ResourceAddress, within limit: Duration) async -> String? {
        await awaitSegment(within: limit)
        return state.withLockedValue { state in
            state.window.isEmpty ? nil : state.window.playlist { address.address(session: id, name: "\($0).ts") }
        }
    }

    private func awaitSegment(within limit: Duration) async {
        let waiter = state.withLockedValue { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let timeout = Task { [weak self] in
            try? await Task.sleep(for: limit)
            self?.state.withLockedValue { $0.waiters.removeValue(forKey: waiter) }?.resume()
        }
        await withCheckedContinuation { continuation in
            let isThere = state.withLockedValue { state in
                guard state.window.isEmpty, !state.isComplete else { return true }
                state.waiters[waiter] = continuation
                return false
            }
            if isThere { continuation.resume() }
        }
        timeout.cancel()
    }

    func segment(_ sequence: UInt64) -> ByteBuffer? {
        state.withLockedValue { $0.window[sequence]?.payload }
    }

    /// Why there is no segment.
    var failure: StartFailure {
        switch state.withLockedValue({ $0.ending }) {
        case nil: StartFailure(outcome: .timeout, message: "the stream gave no segment in time")
        case .opaque: StartFailure(outcome: .engineError, message: "the engine sends no transport stream")
        case .regular, .lost: StartFailure(outcome: .engineError, message: "the stream ended")
        }
    }

    /// Players that asked within `timeout`, bytes kept, and whether nobody has asked for so long.
    func look(timeout: Duration, now: ContinuousClock.Instant) -> (viewers: Int, bytes: Int, isLeft: Bool) {
        state.withLockedValue { state in
            state.audience.expire(after: timeout, now: now)
            return (
                state.audience.count, state.window.byteCount, now >= state.audience.lastRequest + timeout
            )
        }
    }
}

extension HLSCutReason {
    fileprivate init(_ cut: Segmenter.Cut) {
        self =
            switch cut {
            case .randomAccess: .randomAccess
            case .time: .time
            case .size: .size
            case .discontinuity: .discontinuity
            case .end: .end
            }
    }
}
