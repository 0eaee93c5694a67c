/// The largest value of the recent past: keeps a target up until less has been enough for the whole hold time.
struct HoldWindow: Sendable, Hashable {
    private struct Entry: Sendable, Hashable {
        let at: Int64
        let value: Int
    }

    let milliseconds: Int64
    /// Decreasing values, oldest first.
    private var entries: [Entry] = []

    init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Whether nothing has been pushed yet.
    var isEmpty: Bool { entries.isEmpty }

    /// Adds a value and returns the largest one of the window.
    mutating func push(_ value: Int, at now: Int64) -> Int {
        entries.removeAll { $0.at <= now - milliseconds || $0.at > now }
        while let last = entries.last, last.value <= value { entries.removeLast() }
        entries.append(Entry(at: now, value: value))
        return entries[0].value
    }
}
