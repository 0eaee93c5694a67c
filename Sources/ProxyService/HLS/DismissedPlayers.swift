import Catalogue
import Fleet
import NIOHTTP1

/// Players of HLS that an operator has sent away: for a while, their requests for that content are refused. Without
/// that, the next request of a player, which comes by itself within seconds, would bring it back.
struct DismissedPlayers: Sendable {
    /// Long enough for a player to give up.
    static let duration = Duration.seconds(30)
    private static let maximumCount = 10_000

    private struct Key: Hashable {
        let viewer: HLSViewer
        let content: ContentKey
    }

    private var entries: [Key: (until: ContinuousClock.Instant, reason: HLSRefusal)] = [:]

    mutating func add(
        _ viewers: [HLSViewer], from names: some Collection<ContentKey>, _ reason: HLSRefusal,
        now: ContinuousClock.Instant
    ) {
        expire(now: now)
        for viewer in viewers {
            for name in names where entries.count < Self.maximumCount {
                entries[Key(viewer: viewer, content: name)] = (now + Self.duration, reason)
            }
        }
    }

    /// Why a player is refused, and for how long; nil when it is not.
    func refusal(
        of viewer: HLSViewer, from names: some Collection<ContentKey>, now: ContinuousClock.Instant
    ) -> (reason: HLSRefusal, rest: Duration)? {
        guard !entries.isEmpty else { return nil }
        for name in names {
            if let entry = entries[Key(viewer: viewer, content: name)], now < entry.until {
                return (entry.reason, now.duration(to: entry.until))
            }
        }
        return nil
    }

    mutating func expire(now: ContinuousClock.Instant) {
        entries = entries.filter { now < $0.value.until }
    }
}

extension HLSRefusal {
    func answer(for rest: Duration) -> Answer {
        let deed = self == .kicked ? "disconnected this player" : "stopped this stream"
        var answer = Answer.problem(
            .forbidden, code: rawValue, "an operator has \(deed); it may be asked for again later")
        answer.retryAfter = max(1, Int((rest / .seconds(1)).rounded(.up)))
        return answer
    }
}
