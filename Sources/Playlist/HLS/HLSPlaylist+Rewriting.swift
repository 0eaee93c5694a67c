extension HLSPlaylist {
    /// A playlist with other names for what it lists.
    public struct Rewritten: Sendable, Equatable {
        /// Lines with LF at their ends.
        public var text: String
        /// Resources that have got a name.
        public var namedCount = 0
        /// Resources that were given none.
        public var refusedCount = 0
    }

    /// Writes the playlist with the names that `name` gives; nil refuses a resource.
    ///
    /// A segment without a name stays in its place as a gap (`EXT-X-GAP`), so that those behind it keep their numbers;
    /// so do the segments whose key or initialization section has none. Whatever else has no name is left out.
    public func rewritten(_ name: (Resource) -> String?) -> Rewritten {
        var lines = ["#EXTM3U"]
        var result = Rewritten(text: "")
        var isUnusable: [Resource.Role: Bool] = [:]
        for line in self.lines {
            switch line {
            case .tag(let tag):
                if tag.hasPrefix("#EXT-X-KEY:") { isUnusable[.key] = false }
                lines.append(tag)
            case .naming(let before, let resource, let behind):
                let named = name(resource)
                isUnusable[resource.role] = named == nil
                count(named, in: &result)
                if let named { lines.append(before + named + behind) }
            case .uri(let resource):
                let named = name(resource)
                count(named, in: &result)
                if resource.role == .playlist {
                    if let named { lines.append(named) } else { lines.removeLast() }
                } else if let named, isUnusable[.key] != true, isUnusable[.initialization] != true {
                    lines.append(named)
                } else {
                    if lines.last != "#EXT-X-GAP" { lines.append("#EXT-X-GAP") }
                    lines.append("gap.ts")
                }
            }
        }
        result.text = lines.joined(separator: "\n") + "\n"
        return result
    }

    private func count(_ named: String?, in result: inout Rewritten) {
        if named == nil { result.refusedCount += 1 } else { result.namedCount += 1 }
    }
}
