/// The newest segments of a live stream and the playlist that lists them (RFC 8216, section 6.2.2).
///
/// Bounded in segments and bytes. A segment that has left the playlist is kept a little longer, for players that have
/// read an older playlist.
public struct LiveWindow<Payload> {
    public struct Entry {
        public let sequence: UInt64
        /// In seconds.
        public let duration: Double
        /// Whether its clock or coding does not continue those of the segment before.
        public let isDiscontinuous: Bool
        public let byteCount: Int
        public let payload: Payload
    }

    public let targetDuration: Int
    private let listedLimit: Int
    private let unlistedLimit: Int
    private let byteLimit: Int
    private var entries: [Entry] = []
    private var nextSequence: UInt64 = 0
    private var discontinuitySequence: UInt64 = 0
    private var listedStart = 0
    /// Bytes of all segments kept.
    public private(set) var byteCount = 0
    /// Whether no segment will follow.
    public var isEnded = false

    /// - Parameters:
    ///   - targetDuration: no segment is longer than this, rounded to whole seconds.
    ///   - byteLimit: segments give way beyond this, but for the newest three.
    public init(targetDuration: Int, listedLimit: Int = 6, unlistedLimit: Int = 3, byteLimit: Int) {
        self.targetDuration = targetDuration
        self.listedLimit = max(3, listedLimit)
        self.unlistedLimit = unlistedLimit
        self.byteLimit = byteLimit
    }

    public var isEmpty: Bool { entries.isEmpty }

    /// The segments that the playlist lists.
    public var listed: ArraySlice<Entry> { entries[listedStart...] }

    public subscript(sequence: UInt64) -> Entry? {
        guard let first = entries.first?.sequence, sequence >= first, sequence - first < UInt64(entries.count) else {
            return nil
        }
        return entries[Int(sequence - first)]
    }

    public mutating func append(_ payload: Payload, duration: Double, isDiscontinuous: Bool, byteCount: Int) {
        entries.append(
            Entry(
                sequence: nextSequence, duration: duration, isDiscontinuous: isDiscontinuous, byteCount: byteCount,
                payload: payload))
        nextSequence += 1
        self.byteCount += byteCount
        while entries.count - listedStart > listedLimit { unlistOldest() }
        while listedStart > unlistedLimit { removeOldest() }
        while self.byteCount > byteLimit, entries.count > 3 { removeOldest() }
    }

    private mutating func unlistOldest() {
        if entries[listedStart].isDiscontinuous { discontinuitySequence += 1 }
        listedStart += 1
    }

    private mutating func removeOldest() {
        if listedStart == 0 { unlistOldest() }
        byteCount -= entries.removeFirst().byteCount
        listedStart -= 1
    }

    /// The playlist as it stands, lines with LF at their ends.
    public func playlist(name: (UInt64) -> String) -> String {
        let longest = listed.map { Int($0.duration.rounded()) }.max() ?? 0
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:\(max(targetDuration, longest))",
            "#EXT-X-MEDIA-SEQUENCE:\(listed.first?.sequence ?? nextSequence)",
        ]
        if discontinuitySequence > 0 { lines.append("#EXT-X-DISCONTINUITY-SEQUENCE:\(discontinuitySequence)") }
        for entry in listed {
            if entry.isDiscontinuous { lines.append("#EXT-X-DISCONTINUITY") }
            lines.append("#EXTINF:\(Self.text(entry.duration)),")
            lines.append(name(entry.sequence))
        }
        if isEnded { lines.append("#EXT-X-ENDLIST") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Seconds with microseconds.
    private static func text(_ seconds: Double) -> String {
        let (whole, fraction) = UInt64((seconds * 1_000_000).rounded()).quotientAndRemainder(dividingBy: 1_000_000)
        let digits = String(fraction)
        return "\(whole)." + String(repeating: "0", count: 6 - digits.count) + digits
    }
}

extension LiveWindow: Sendable where Payload: Sendable {}
extension LiveWindow.Entry: Sendable where Payload: Sendable {}
