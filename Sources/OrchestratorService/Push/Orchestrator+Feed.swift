import Fleet
import Telemetry

extension Orchestrator {
    /// How long changes of the table are gathered before they are told.
    static let feedPause = Duration.milliseconds(50)
    /// How often those who follow are shown that the connection stands.
    static let keepAliveInterval = Duration.seconds(10)

    /// Begins to follow the engine table; nil when too many do already.
    func followEngines(after lastID: String?) -> EngineFeed.Events? {
        guard !isStopping else { return nil }
        publishEngines()
        let events = feed.follow(after: lastID) { id in
            Task { await self.unfollow(id) }
        }
        metrics.proxies.followers.set(feed.followerCount)
        return events
    }

    /// Has the change of the table told soon, with whatever else changes until then.
    func publishSoon() {
        guard !isPublicationScheduled, feed.followerCount > 0 else { return }
        isPublicationScheduled = true
        work.submit {
            try? await Task.sleep(for: Self.feedPause)
            await self.publishAsScheduled()
        }
    }

    func keepFollowersAlive() {
        guard feed.followerCount > 0, now - lastKeepAlive >= Self.keepAliveInterval else { return }
        lastKeepAlive = now
        feed.keepAlive()
        metrics.proxies.followers.set(feed.followerCount)
    }

    private func unfollow(_ id: UInt64) {
        feed.unfollow(id)
        metrics.proxies.followers.set(feed.followerCount)
    }

    private func publishAsScheduled() {
        isPublicationScheduled = false
        publishEngines()
    }

    private func publishEngines() {
        let rows = fleet.engines.mapValues { engine in
            guard case .object(var row) = fleet.document(engine) else { return JSONValue.null }
            row["last_seen"] = nil
            row["last_health_check"] = nil
            return .object(row)
        }
        if feed.update(rows) { metrics.proxies.feedChanges.increment() }
    }
}
