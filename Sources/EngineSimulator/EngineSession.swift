import NIOCore

/// One playback session: what is played, to whom, and how far it is. Confined to the engine's event loop.
final class EngineSession {
    let key: ContentKey
    let infohash: String
    /// The query of the request that opened it.
    let query: String
    /// The last component of the session's URLs, 32 hexadecimal digits.
    let token: String
    /// The session's public identifier, 40 hexadecimal digits.
    let playbackIdentifier: String
    /// The player's identifier; sessions of one player replace each other.
    let player: String?
    let isSegmented: Bool
    /// Whether a further reader replaces the one before.
    let stopsPreviousReader: Bool
    let openedAt: UInt64
    /// When the first byte may be sent; nil: never.
    let readyAt: UInt64?

    /// When the broadcast's first packet was due; nil before playback.
    var broadcastStart: UInt64?
    /// Packets that were due so far.
    var packetsPassed: UInt64 = 0
    var bytesSent: UInt64 = 0
    var lastUsed: UInt64
    var readers: [HTTPConnection] = []
    /// Readers that have got their response head.
    var started: Set<ObjectIdentifier> = []

    init(
        key: ContentKey, query: String, token: String, playbackIdentifier: String, player: String?, isSegmented: Bool,
        stopsPreviousReader: Bool, openedAt: UInt64, readyAt: UInt64?
    ) {
        self.key = key
        infohash = key.infohash
        self.query = query
        self.token = token
        self.playbackIdentifier = playbackIdentifier
        self.player = player
        self.isSegmented = isSegmented
        self.stopsPreviousReader = stopsPreviousReader
        self.openedAt = openedAt
        self.readyAt = readyAt
        lastUsed = openedAt
    }

    /// Whether the session has buffered enough to play at `now`.
    func isReady(at now: UInt64) -> Bool {
        readyAt.map { $0 <= now } ?? false
    }

    func remove(_ reader: HTTPConnection) {
        readers.removeAll { $0 === reader }
        started.remove(ObjectIdentifier(reader))
    }
}
