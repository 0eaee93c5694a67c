import Fleet
import Playlist

/// Channels as HLS.
extension HLSGateway {
    /// The playlist of a channel: that of the content that the player is watching, else of the first that starts.
    func manifest(of channel: Channel, start: ChannelStart, for visit: HLSVisit) async -> HLSReply {
        for content in channel.contents where await isWatching(content, visit.viewer) {
            let reply = await manifest(content, parameters: [], for: visit)
            if case .failure = reply { break }
            return reply
        }
        do throws(StartFailure) {
            return try await start.first(of: channel) { content throws(StartFailure) in
                try await self.playlist(of: content, parameters: [], for: visit)
            }
        } catch {
            return .failure(error)
        }
    }

    private func isWatching(_ content: ContentKey, _ viewer: HLSViewer) async -> Bool {
        let names = await hub.names(of: content)
        return running(names)?.audience.contains(viewer) == true || cut(names)?.stream.audience.contains(viewer) == true
    }
}
