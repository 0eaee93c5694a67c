import NIOCore
import NIOHTTP1

extension EngineRoutes {
    private static let playlistLength: UInt64 = 6
    /// Segments before the playlist's first that can still be fetched.
    private static let keptSegments: UInt64 = 6

    /// `/ace/m/…`: the live playlist, once the session has buffered.
    func sendPlaylist(infohash: Substring, file: Substring) {
        guard file.hasSuffix(".m3u8"), let session = core.session(infohash: infohash, token: file.dropLast(5)),
            session.isSegmented
        else { return sendText(.notFound, "unknown playback session id") }
        session.lastUsed = core.now
        guard let readyAt = session.readyAt else { return }
        guard let start = session.broadcastStart else {
            let routes = self
            let infohash = String(infohash)
            let file = String(file)
            // The session's broadcast starts with the first tick after it is ready.
            return after(max(5_000_000, readyAt - min(readyAt, core.now))) {
                routes.sendPlaylist(infohash: infohash[...], file: file[...])
            }
        }
        let broadcast = core.broadcast
        let complete = broadcast.segmentsComplete(after: core.now - start)
        let first = complete - min(complete, Self.playlistLength)
        let durations = (first..<complete).map { Double(broadcast.segmentDuration($0)) / 1e9 }
        let longest = durations.max().map { Int64($0.rounded(.up)) } ?? 2
        var lines = [
            "#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:\(longest)", "#EXT-X-MEDIA-SEQUENCE:\(first)",
        ]
        for (index, duration) in zip(first..<complete, durations) {
            lines += ["#EXTINF:\((duration * 1000).rounded() / 1000),", url("/ace/c/\(infohash)/\(index).ts")]
        }
        let body = ByteBuffer(string: lines.joined(separator: "\n") + "\n")
        connection.respond(.ok, contentType: "application/vnd.apple.mpegurl", body: body)
    }

    /// `/ace/c/…`: one segment of the content's oldest segmented session.
    func sendSegment(infohash: Substring, file: Substring) {
        guard let session = core.sessions.first(where: { $0.isSegmented && $0.infohash == infohash }),
            let start = session.broadcastStart, file.hasSuffix(".ts"), let index = UInt64(file.dropLast(3))
        else { return sendText(.notFound, "404 page not found") }
        let now = core.now
        let complete = core.broadcast.segmentsComplete(after: now - start)
        guard index < complete, index + Self.playlistLength + Self.keptSegments >= complete else {
            return sendText(.notFound, "404 page not found")
        }
        let packets = core.broadcast.segment(index)
        let tables = core.broadcast.programTables(before: packets.lowerBound)
        let body = core.buffer(of: packets, sentAt: now, after: tables)
        for other in core.sessions where other.isSegmented && other.infohash == infohash { other.lastUsed = now }
        session.bytesSent += UInt64(body.readableBytes)
        core.count(bytesSent: body.readableBytes)
        connection.respond(.ok, contentType: "video/MP2T", body: body)
    }
}
