import Fleet

/// What the engines say of running streams, and which streams are to be asked for next. A value without a clock of its
/// own; belongs to the orchestrator.
///
/// Guarantees: questions are spread over the interval; at most `maxAsked` are open at a time, and at most
/// `maxAskedPerEngine` at one engine, so that engines that hang delay only their own streams.
struct StreamCollector {
    static let maxAsked = 256
    static let maxAskedPerEngine = 4
    /// Samples of a stream that wait before they are handed to the database, all at once.
    static let samplesPerWrite = 6
    /// Answers in a row without the session after which it counts as gone.
    static let denialsUntilStale = 2

    struct Entry {
        let engineID: String
        let statURL: String
        var due: Timestamp
        var isAsked = false
        var unwritten: [StreamSample] = []
        var downloaded: Int64?
        var uploaded: Int64?
        var denials = 0
        var deniedSince: Timestamp?
        var loop = LoopDetector()
        var loopLook: Timestamp?
    }

    let interval: Duration
    private(set) var entries: [String: Entry] = [:]
    /// The last answers about running streams.
    private(set) var latest: [String: StreamStatistics] = [:]
    /// Grows with every answer that says something new.
    private(set) var revision: UInt64 = 0
    private var seenRevision: UInt64?
    private var asked = 0
    private var askedByEngine: [String: Int] = [:]

    init(interval: Duration) {
        self.interval = interval
    }

    /// Adds the streams that run and are not known, due at some moment within the interval, and forgets the others.
    /// - Returns: samples of those forgotten that were not written.
    mutating func follow(_ fleet: FleetState, now: Timestamp) -> [(streamID: String, samples: [StreamSample])] {
        guard seenRevision != fleet.revision else { return [] }
        seenRevision = fleet.revision
        var left: [(String, [StreamSample])] = []
        for (id, entry) in entries where fleet.streams[id]?.statURL != entry.statURL {
            if !entry.unwritten.isEmpty { left.append((id, entry.unwritten)) }
            entries[id] = nil
            if latest.removeValue(forKey: id) != nil { revision += 1 }
        }
        for (id, stream) in fleet.streams where entries[id] == nil && stream.isAttached {
            let wait = Int64.random(in: 0...max(1, interval.wholeMilliseconds))
            entries[id] = Entry(
                engineID: stream.engineID, statURL: stream.statURL, due: now + .milliseconds(wait))
        }
        return left
    }

    /// The streams to be asked for now; each counts as asked until ``settle(_:of:at:)``.
    mutating func take(now: Timestamp) -> [String] {
        guard asked < Self.maxAsked else { return [] }
        let due = entries.filter { !$0.value.isAsked && $0.value.due <= now }.sorted { $0.value.due < $1.value.due }
        var taken: [String] = []
        for (id, entry) in due {
            guard asked < Self.maxAsked else { break }
            guard askedByEngine[entry.engineID, default: 0] < Self.maxAskedPerEngine else { continue }
            asked += 1
            askedByEngine[entry.engineID, default: 0] += 1
            entries[id]?.isAsked = true
            // One that comes late does not make the next one early.
            entries[id]?.due = max(entry.due + interval, now)
            taken.append(id)
        }
        return taken
    }

    /// Notes that the question at an engine has ended.
    /// - Parameter statURL: what was asked for.
    /// - Returns: whether the answer is about the stream as it is now; it may have moved meanwhile.
    @discardableResult
    mutating func settle(_ streamID: String, of engineID: String, at statURL: String) -> Bool {
        asked -= 1
        askedByEngine[engineID, default: 1] -= 1
        if askedByEngine[engineID] == 0 { askedByEngine[engineID] = nil }
        guard let entry = entries[streamID], entry.engineID == engineID, entry.statURL == statURL else { return false }
        entries[streamID]?.isAsked = false
        return true
    }

    /// Takes in an answer.
    /// - Returns: how many bytes more than before were downloaded and uploaded; nil where nothing was known before.
    mutating func record(
        _ statistics: StreamStatistics, of streamID: String, now: Timestamp
    ) -> (downloaded: Int64?, uploaded: Int64?)? {
        guard var entry = entries[streamID] else { return nil }
        entry.denials = 0
        entry.deniedSince = nil
        entry.unwritten.append(StreamSample(at: now, statistics))
        func growth(_ new: Int64?, _ old: Int64?) -> Int64? {
            guard let new, let old else { return nil }
            return max(0, new.subtractingReportingOverflow(old).partialValue)
        }
        let grown = (growth(statistics.downloaded, entry.downloaded), growth(statistics.uploaded, entry.uploaded))
        entry.downloaded = statistics.downloaded ?? entry.downloaded
        entry.uploaded = statistics.uploaded ?? entry.uploaded
        entries[streamID] = entry
        if latest[streamID] != statistics {
            latest[streamID] = statistics
            revision += 1
        }
        return grown
    }

    /// Takes in that the engine does not have the session.
    /// - Parameter patience: how long that must have been so; for streams whose proxy is heard.
    /// - Returns: whether the stream counts as gone.
    mutating func recordDenial(of streamID: String, now: Timestamp, patience: Duration) -> Bool {
        guard let entry = entries[streamID] else { return false }
        let since = entry.deniedSince ?? now
        entries[streamID]?.deniedSince = since
        entries[streamID]?.denials += 1
        return entry.denials + 1 >= Self.denialsUntilStale && now - since >= patience
    }

    /// Its proxy has just said that it runs.
    mutating func forgetDenials(of streamID: String) {
        entries[streamID]?.denials = 0
        entries[streamID]?.deniedSince = nil
    }

    /// Looks at a stream's progress, at most once in `pause`.
    mutating func look(
        at streamID: String, _ statistics: StreamStatistics, now: Timestamp, pause: Duration, threshold: Duration
    ) -> LoopDetector.Change? {
        guard statistics.isLive != false, let position = statistics.livePosition?.last, let entry = entries[streamID]
        else { return nil }
        if let last = entry.loopLook, now - last < pause { return nil }
        entries[streamID]?.loopLook = now
        return entries[streamID]?.loop.look(
            at: position, now: now, threshold: threshold, longestGap: max(pause, interval) * 3)
    }

    func isLooping(_ streamID: String) -> Bool { entries[streamID]?.loop.isLooping == true }

    /// Samples that were not handed to the database yet.
    func unwritten(of streamID: String) -> [StreamSample] { entries[streamID]?.unwritten ?? [] }

    /// Gives the samples of a stream away once there are enough of them.
    mutating func takeSamples(of streamID: String, atLeast count: Int = samplesPerWrite) -> [StreamSample] {
        guard let samples = entries[streamID]?.unwritten, samples.count >= max(1, count) else { return [] }
        entries[streamID]?.unwritten = []
        return samples
    }
}
