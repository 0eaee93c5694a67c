package import Fleet

/// Which infohash engines have named for a content id, so that both names lead to one session from the first request
/// on. A content id always means the same transport file; URLs may come to mean another and are not kept.
///
/// Holds the newest ``limit`` at most, each some hundred bytes.
package struct InfohashMemory {
    private static let maximumNameLength = 128

    package let limit: Int
    private var infohashes: [ContentKey: ContentKey] = [:]
    /// The names in the order they came, as a ring once `limit` is reached.
    private var order: [ContentKey] = []
    private var oldest = 0

    package init(limit: Int = 8192) {
        self.limit = limit
    }

    /// The infohash of a canonical name.
    package subscript(name: ContentKey) -> ContentKey? { infohashes[name] }

    package mutating func note(_ infohash: ContentKey, for name: ContentKey) {
        guard name.kind == .contentID, name.value.utf8.count <= Self.maximumNameLength else { return }
        guard infohashes.updateValue(infohash, forKey: name) == nil else { return }
        if order.count < limit {
            order.append(name)
        } else {
            infohashes[order[oldest]] = nil
            order[oldest] = name
            oldest = (oldest + 1) % limit
        }
    }
}
