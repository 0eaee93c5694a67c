import Fleet
import Settings
import Storage
import Telemetry

/// Live streams that do not go on.
extension Orchestrator {
    static let loopingKey = "looping_contents"

    func lookForLoop(in id: String, _ statistics: StreamStatistics, now: Timestamp) {
        let settings = configuration.collector
        guard
            let change = collector.look(
                at: id, statistics, now: now, pause: settings.loopCheckInterval, threshold: settings.loopThreshold),
            let stream = fleet.streams[id]
        else { return }
        let (category, message) =
            switch change {
            case .began: ("looping", "the broadcast has not gone on for \(settings.loopThreshold)")
            case .ended: ("loop_ended", "the broadcast goes on again")
            }
        log(
            event: EventRecord(
                at: now, type: .stream, category: category, message: message,
                details: ["key_type": stream.content.kind.rawValue, "key": stream.content.value],
                engineID: stream.engineID, streamID: id))
        switch change {
        case .began:
            metrics.collector.loopsDetected.increment()
            looping.insert(stream.content.value, at: now)
        case .ended: _ = looping.remove(stream.content.value)
        }
        saveLooping()
    }

    /// What is listed as looping, with the time for which it stays so.
    func loopingContents() -> (contents: LoopingContents, retention: Duration) {
        (looping, configuration.collector.loopRetention)
    }

    /// Takes a content off the list. False when it was not on it.
    func removeLooping(_ content: String) -> Bool {
        guard looping.remove(content) else { return false }
        saveLooping()
        return true
    }

    func removeAllLooping() {
        looping.removeAll()
        saveLooping()
    }

    func expireLooping() {
        if looping.expire(after: configuration.collector.loopRetention, now: now) { saveLooping() }
    }

    func saveLooping() {
        metrics.collector.looping.set(looping.since.count)
        journal.append([.setConfiguration(key: Self.loopingKey, value: looping.text)])
    }
}
