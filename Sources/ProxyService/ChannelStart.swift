import Catalogue
import Fleet
import NIOConcurrencyHelpers
import Playlist
import Settings
import Telemetry

/// Starts channels: tries a channel's contents in their order until one delivers.
struct ChannelStart: Sendable {
    private let hub: StreamHub
    private let backups: Counter
    private let failed = NIOLockedValueBox(FailedContents())

    init(hub: StreamHub, backups: Counter) {
        self.hub = hub
        self.backups = backups
    }

    /// A ticket for the first content that starts. Those that failed within the last minute are passed over, unless all
    /// have. Whoever watches the same content by another way shares its session.
    ///
    /// Goes on with the next content when the engine calls one dead, fails or sends nothing in time; each may take the
    /// time a start is allowed. The lack of an engine ends the search.
    func admit(
        _ channel: Channel, requestedAt: ContinuousClock.Instant, client: IPAddress? = nil
    ) async throws(StartFailure) -> StreamTicket {
        try await first(of: channel) { content throws(StartFailure) in
            try await hub.admit(content, parameters: [], requestedAt: requestedAt, client: client)
        }
    }

    /// What `start` gives for the first content that starts, in the same way.
    func first<Started: Sendable>(
        of channel: Channel, _ start: @Sendable (ContentKey) async throws(StartFailure) -> Started
    ) async throws(StartFailure) -> Started {
        let promising = failed.withLockedValue { $0.without(channel.contents, now: .now) }
        var failure: StartFailure?
        for content in promising.isEmpty ? channel.contents : promising {
            do throws(StartFailure) {
                let started = try await start(content)
                failed.withLockedValue { $0.remove(content) }
                if content != channel.primary { backups.increment() }
                return started
            } catch {
                switch error.outcome {
                case .deadContent, .engineError, .timeout: break
                case .ok, .noEngine, .cancelled: throw error
                }
                failed.withLockedValue { $0.insert(content, now: .now) }
                failure = error
            }
        }
        throw failure ?? StartFailure(outcome: .engineError, message: "the channel has no content")
    }
}
