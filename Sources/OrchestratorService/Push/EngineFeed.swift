import NIOCore

/// The engine table as a sequence of changes, for those who follow it: who follows gets the table once, and then what
/// changes in it.
///
/// The notation is that of server-sent events (HTML, section 9.2): `table` with all engines, `change` with those that
/// are new or different (`changed`) and the ids of those that are gone (`removed`). Each event has an id; whoever names
/// the last one it got is sent what it missed, or the table where that is too long ago.
///
/// Guarantees: nobody waits for a follower. One that does not read is let go once ``maxUnread`` events wait for it; it
/// comes back when it reads again. What differs only in when an engine was last seen or probed is no change.
struct EngineFeed {
    /// Changes kept for those who come back.
    static let maxKept = 256
    static let maxKeptBytes = 1 << 20
    static let maxUnread = 512
    static let maxFollowers = 1024

    typealias Events = AsyncStream<ByteBuffer>

    private struct Change {
        let number: UInt64
        let event: ByteBuffer
    }

    /// Tells this run from others: ids of another one mean nothing here.
    private let run: String
    private var table: [String: JSONValue] = [:]
    private var number: UInt64 = 0
    private var kept: [Change] = []
    private var keptBytes = 0
    private var followers: [UInt64: Events.Continuation] = [:]
    private var lastFollower: UInt64 = 0

    init(run: String) {
        self.run = run
    }

    var followerCount: Int { followers.count }

    /// Compares the table with the one that was told last, and tells those who follow what differs.
    /// - Parameter engines: the rows by the engines' ids, without what changes all the time.
    /// - Returns: whether there was something to tell.
    mutating func update(_ engines: [String: JSONValue]) -> Bool {
        let changed = engines.filter { table[$0.key] != $0.value }
        let removed = table.keys.filter { engines[$0] == nil }.sorted()
        guard !changed.isEmpty || !removed.isEmpty else { return false }
        table = engines
        number += 1
        let document: JSONValue = [
            "changed": .array(changed.sorted { $0.key < $1.key }.map(\.value)),
            "removed": .array(removed.map(JSONValue.string)),
        ]
        let event = event("change", document)
        kept.append(Change(number: number, event: event))
        keptBytes += event.readableBytes
        while kept.count > Self.maxKept || keptBytes > Self.maxKeptBytes {
            keptBytes -= kept.removeFirst().event.readableBytes
        }
        send(event)
        return true
    }

    /// Begins to tell somebody of the table.
    /// - Parameters:
    ///   - lastID: of the last event that it got, in an earlier connection.
    ///   - onEnd: called when nobody reads the events any more.
    /// - Returns: nil when there are too many followers.
    mutating func follow(after lastID: String?, onEnd: @escaping @Sendable (UInt64) -> Void) -> Events? {
        guard followers.count < Self.maxFollowers else { return nil }
        let (events, continuation) = Events.makeStream(bufferingPolicy: .bufferingOldest(Self.maxUnread))
        if let missed = missed(after: lastID) {
            // So that it knows at once that the connection stands.
            continuation.yield(ByteBuffer(string: ": nothing is lost\n\n"))
            for event in missed { continuation.yield(event) }
        } else {
            continuation.yield(event("table", .array(table.sorted { $0.key < $1.key }.map(\.value))))
        }
        lastFollower += 1
        followers[lastFollower] = continuation
        continuation.onTermination = { [lastFollower] _ in onEnd(lastFollower) }
        return events
    }

    mutating func unfollow(_ id: UInt64) {
        followers.removeValue(forKey: id)?.finish()
    }

    /// Shows those who follow that the connection stands.
    mutating func keepAlive() {
        send(ByteBuffer(string: ": still here\n\n"))
    }

    mutating func end() {
        for continuation in followers.values { continuation.finish() }
        followers = [:]
    }

    private mutating func send(_ event: ByteBuffer) {
        for (id, continuation) in followers {
            if case .enqueued = continuation.yield(event) { continue }
            unfollow(id)
        }
    }

    /// What came after an event of this run; nil where that is not known any more.
    private func missed(after lastID: String?) -> [ByteBuffer]? {
        guard let parts = lastID?.split(separator: "-"), parts.count == 2, parts[0] == run, let last = UInt64(parts[1]),
            last <= number, last + 1 >= kept.first?.number ?? number + 1
        else { return nil }
        return kept.filter { $0.number > last }.map(\.event)
    }

    private func event(_ name: String, _ document: JSONValue) -> ByteBuffer {
        var buffer = ByteBuffer(string: "event: \(name)\nid: \(run)-\(number)\ndata: ")
        buffer.writeBytes(document.utf8)
        buffer.writeString("\n\n")
        return buffer
    }
}
