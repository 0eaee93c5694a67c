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
        var viewers: [HLSViewer: ContinuousClock.Instant] = [:]
        var lastUsed: ContinuousClock.Instant
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextWaiter: UInt64 = 0
    }

    /// Memory for the segments of one stream.
    private static let byteLimit = 32 << 20
    private static let maximumViewers = 10_000

    /// 128 random bits in hexadecimal digits.
    let id = HLSSession.randomID()
    private let cuts: [HLSCutReason: Counter]
    private let state: NIOLockedValueBox<State>

    init(cuts: [HLSCutReason: Counter], now: ContinuousClock.Instant) {
        self.cuts = cuts
        state = NIOLockedValueBox(
            State(
                window: LiveWindow(targetDuration: Segmenter.targetDuration, byteLimit: Self.byteLimit),
                lastUsed: now))
    }

    // MARK: From the stream

    /// Takes segments until the stream ends.
    func take(_ segments: AsyncStream<Segmenter.Segment>) async {
        for await segment in segments {
            cuts[HLSCutReason(segment.cut)]?.increment()
            let bytes = ByteBuffer(bytes: segment.bytes)
            let duration = Double(segment.duration) / Double(Timestamp.ticksPerSecond)
            wake {
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

    /// Notes that a player has asked for something.
    func note(_ viewer: HLSViewer, now: ContinuousClock.Instant) {
        state.withLockedValue { state in
            state.lastUsed = now
            if state.viewers[viewer] != nil || state.viewers.count < Self.maximumViewers { state.viewers[viewer] = now }
        }
    }

    /// Whether there is room for a player.
    /// - Parameter limit: 0: none.
    func admits(_ viewer: HLSViewer, limit: Int) -> Bool {
        state.withLockedValue { limit == 0 || $0.viewers[viewer] != nil || $0.viewers.count < limit }
    }

    /// Whether `viewer` should be given another stream: this one has ended, and it has not been watching to the end.
    func isOver(for viewer: HLSViewer) -> Bool {
        state.withLockedValue { state in
            switch state.ending {
            case nil: false
            case .regular: state.viewers[viewer] == nil
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
            state.viewers = state.viewers.filter { now < $0.value + timeout }
            return (state.viewers.count, state.window.byteCount, now >= state.lastUsed + timeout)
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
