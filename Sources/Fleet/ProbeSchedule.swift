/// When which engine is asked for its health: each about once in an interval, not all at the same time, and never more
/// than so many beside each other.
public struct ProbeSchedule: Sendable {
    /// How soon an engine is asked again that is starting or has just failed.
    static let quickInterval = Duration.seconds(1)

    public let interval: Duration
    public let maxConcurrent: Int
    public private(set) var underWay: Set<String> = []
    private var due: [String: Timestamp] = [:]

    public init(interval: Duration, maxConcurrent: Int) {
        self.interval = interval
        self.maxConcurrent = max(1, maxConcurrent)
    }

    /// The engines to ask now, those first that have waited longest. They count as under way until
    /// ``finished(_:isSettled:now:using:)``.
    public mutating func take(from fleet: FleetState, now: Timestamp) -> [Engine] {
        due = due.filter { fleet.engines[$0.key] != nil }
        let room = maxConcurrent - underWay.count
        guard room > 0 else { return [] }
        let waiting = fleet.engines.values.filter { engine in
            engine.removal == nil && !underWay.contains(engine.id) && due[engine.id].map { $0 <= now } ?? true
        }
        // One that was never asked comes first.
        let first = Timestamp(milliseconds: .min)
        let chosen = waiting.sorted { (due[$0.id] ?? first, $0.id) < (due[$1.id] ?? first, $1.id) }.prefix(room)
        underWay.formUnion(chosen.map(\.id))
        return Array(chosen)
    }

    /// - Parameter isSettled: whether the engine has answered. One that has not is asked again soon.
    public mutating func finished(
        _ id: String, isSettled: Bool, now: Timestamp, using random: inout some RandomNumberGenerator
    ) {
        guard underWay.remove(id) != nil else { return }
        let isFirst = due[id] == nil
        let quick = min(interval, Self.quickInterval)
        let milliseconds = (isSettled ? interval : quick).wholeMilliseconds
        // The first time anywhere in the interval, so that engines adopted together are not asked together for ever.
        let range = isSettled && isFirst ? 0...milliseconds : milliseconds * 9 / 10...milliseconds * 11 / 10
        due[id] = now + .milliseconds(Int64.random(in: range, using: &random))
    }
}
