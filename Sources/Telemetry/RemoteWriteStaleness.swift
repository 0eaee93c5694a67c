/// Knows the series of the last snapshot, to mark the end of those that are gone.
package struct RemoteWriteStaleness: Sendable {
    private var living: [[LabelPair]: RemoteWriteSeries] = [:]

    package init() {}

    /// Markers for what was in the snapshot before and is not in this one, by labels.
    package mutating func advance(to series: [RemoteWriteSeries]) -> [RemoteWriteSeries] {
        let now = Dictionary(series.map { ($0.labels, $0.ended) }) { first, _ in first }
        let gone = living.filter { now[$0.key] == nil }.values
        living = now
        return gone.sorted {
            $0.labels.lexicographicallyPrecedes($1.labels) { ($0.name, $0.value) < ($1.name, $1.value) }
        }
    }
}
