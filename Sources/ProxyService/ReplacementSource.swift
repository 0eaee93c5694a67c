import EngineAPI

/// An engine's stream that is to continue a session, until it can be joined. Belongs to the hub's event thread.
final class ReplacementSource {
    let grant: EngineGrant
    let playback: PlaybackSession
    /// The engine's addresses that have not been tried yet.
    var addresses: ArraySlice<SocketAddress>
    var upstream: Upstream?
    /// What has come so far; the session's own buffer gets it from the point on where it can be joined.
    var buffer: StreamBuffer
    /// When the first byte must have come.
    let deadline: ContinuousClock.Instant
    /// When the wait for a random-access point ends; set once bytes are there.
    var joinDeadline: ContinuousClock.Instant?
    /// When the engine was asked for the stream's bytes; nil once it has answered or has not been asked.
    var playAskedAt: ContinuousClock.Instant?
    private var continuation: CheckedContinuation<StartFailure?, Never>?
    private var result: StartFailure??

    init(
        grant: EngineGrant, playback: PlaybackSession, addresses: [SocketAddress], buffer: consuming StreamBuffer,
        deadline: ContinuousClock.Instant
    ) {
        self.grant = grant
        self.playback = playback
        self.addresses = addresses[...]
        self.buffer = buffer
        self.deadline = deadline
    }

    /// Settles the matter: nil when the session plays it, else why not. Only the first call counts.
    func settle(_ failure: StartFailure?) {
        guard result == nil else { return }
        result = .some(failure)
        continuation?.resume(returning: failure)
        continuation = nil
    }

    /// Whether the matter is settled.
    var isSettled: Bool { result != nil }

    /// Hands the result to `continuation` once it is there.
    func report(to continuation: CheckedContinuation<StartFailure?, Never>) {
        if let result { continuation.resume(returning: result) } else { self.continuation = continuation }
    }
}
