import Fleet

/// The contents whose streams were found to go on no more. At most ``limit``: the oldest gives way.
struct LoopingContents: Sendable, Hashable {
    static let limit = 1000

    /// Since when, by the content's key.
    private(set) var since: [String: Timestamp] = [:]

    mutating func insert(_ content: String, at now: Timestamp) {
        guard since[content] == nil else { return }
        if since.count >= Self.limit, let oldest = since.min(by: { $0.value < $1.value }) { since[oldest.key] = nil }
        since[content] = now
    }

    /// Whether it was listed.
    mutating func remove(_ content: String) -> Bool { since.removeValue(forKey: content) != nil }

    mutating func removeAll() { since = [:] }

    /// Whether some were listed for longer than that.
    mutating func expire(after retention: Duration, now: Timestamp) -> Bool {
        guard retention > .zero else { return false }
        let count = since.count
        since = since.filter { now - $0.value < retention }
        return since.count != count
    }

    /// As kept in the database.
    var text: String {
        String(decoding: JSONValue.object(since.mapValues { .integer($0.milliseconds) }).utf8, as: UTF8.self)
    }

    init() {}

    init(text: String) {
        guard let document = try? JSONValue(parsing: Array(text.utf8)), case .object(let members) = document else {
            return
        }
        for (content, value) in members.prefix(Self.limit) {
            if case .integer(let milliseconds) = value { since[content] = Timestamp(milliseconds: milliseconds) }
        }
    }
}
