/// What the engine has done since it started.
public struct EngineCounters: Equatable, Sendable {
    /// Sessions opened.
    public var sessionsOpened: UInt64 = 0
    /// Sessions stopped by command or replaced by their player's next one.
    public var sessionsStopped: UInt64 = 0
    /// Sessions dropped because nobody read them.
    public var sessionsExpired: UInt64 = 0
    /// Sessions refused: dead content or too many sessions.
    public var sessionsRefused: UInt64 = 0
    /// Playback connections accepted.
    public var readersOpened: UInt64 = 0
    /// Playback connections closed because they read too slowly.
    public var slowReadersClosed: UInt64 = 0
    /// Bytes of transport stream handed to readers.
    public var bytesSent: UInt64 = 0
    /// Requests received, without those to the control endpoints.
    public var requests: UInt64 = 0
}

/// A snapshot of a simulated engine.
public struct SimulatedEngineState: Equatable, Sendable {
    /// One open session.
    public struct Session: Equatable, Sendable {
        public var infohash: String
        public var contentKey: String
        /// The query of the request that opened it, as it came.
        public var query: String
        public var playbackSessionID: String
        public var player: String?
        public var readers: Int
        public var bytesSent: UInt64
    }

    /// The open sessions, oldest first.
    public var sessions: [Session]
    public var counters: EngineCounters
    public var temper: Temper
    /// The `traceparent` header of the latest request that carried one, those to the control endpoints apart.
    public var latestTraceparent: String?

    /// Open playback connections.
    public var readers: Int { sessions.reduce(0) { $0 + $1.readers } }
}
