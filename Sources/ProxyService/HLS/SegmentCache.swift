/// The segments that were asked for last, bounded in bytes and number.
package struct SegmentCache<Key: Hashable, Value> {
    package static var maximumCount: Int { 4096 }

    private struct Entry {
        let value: Value
        let byteCount: Int
        var lastUse: UInt64
    }

    package let byteLimit: Int
    package private(set) var byteCount = 0
    /// How many segments had to give way.
    package private(set) var evictions = 0
    private var entries: [Key: Entry] = [:]
    private var uses: UInt64 = 0

    package init(byteLimit: Int) {
        self.byteLimit = byteLimit
    }

    package var count: Int { entries.count }

    /// The segment, which counts as used now.
    package mutating func value(for key: Key) -> Value? {
        guard let value = entries[key]?.value else { return nil }
        uses += 1
        entries[key]?.lastUse = uses
        return value
    }

    /// Keeps a segment; those unused for longest give way. One that is larger than the cache is not kept.
    package mutating func insert(_ value: Value, byteCount: Int, for key: Key) {
        remove(key)
        guard byteCount <= byteLimit else { return }
        while self.byteCount + byteCount > byteLimit || entries.count >= Self.maximumCount,
            let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key
        {
            remove(oldest)
            evictions += 1
        }
        uses += 1
        entries[key] = Entry(value: value, byteCount: byteCount, lastUse: uses)
        self.byteCount += byteCount
    }

    /// Bytes of the segments that are meant.
    package func byteCount(where isMeant: (Key) -> Bool) -> Int {
        entries.reduce(0) { isMeant($1.key) ? $0 + $1.value.byteCount : $0 }
    }

    package mutating func removeAll(where isGone: (Key) -> Bool) {
        for key in Array(entries.keys) where isGone(key) { remove(key) }
    }

    private mutating func remove(_ key: Key) {
        if let entry = entries.removeValue(forKey: key) { byteCount -= entry.byteCount }
    }
}
