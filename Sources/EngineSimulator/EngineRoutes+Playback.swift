import NIOCore
import NIOHTTP1

extension EngineRoutes {
    /// `/ace/getstream` and `/ace/manifest.m3u8`: opens a session and tells its URLs, or redirects to playback.
    func open(isSegmented: Bool) {
        let routes = self
        after(core.drawDelay(core.temper.loadDelay)) {
            do throws(EngineCore.Refusal) {
                routes.tell(try routes.core.openSession(routes.target, isSegmented: isSegmented))
            } catch {
                routes.sendError(error.message)
            }
        }
    }

    private func tell(_ session: EngineSession) {
        let place = "\(session.infohash)/\(session.token)"
        let playback = url(session.isSegmented ? "/ace/m/\(place).m3u8" : "/ace/r/\(place)")
        guard target["format"] == "json" else {
            connection.respond(
                .found, contentType: "text/plain", headers: [("Location", playback)], body: ByteBuffer())
            return
        }
        sendResponse([
            "playback_url": .string(playback), "stat_url": .string(url("/ace/stat/\(place)")),
            "command_url": .string(url("/ace/cmd/\(place)")), "infohash": .string(session.infohash),
            "playback_session_id": .string(session.playbackIdentifier), "is_live": 1, "is_encrypted": 0,
            "client_session_id": -1,
        ])
    }

    /// `/ace/r/…`: the stream itself, from the session's start for its first reader, else from the live position.
    func play(infohash: Substring, token: Substring) {
        guard let session = core.session(infohash: infohash, token: token), !session.isSegmented else {
            return sendText(.notFound, "unknown playback session id")
        }
        if !core.attach(connection, to: session) { sendText(.forbidden, "the session has a reader already") }
    }

    /// `/ace/cmd/…?method=stop`
    func command(infohash: Substring, token: Substring) {
        guard let session = core.session(infohash: infohash, token: token) else {
            return sendError("unknown playback session id")
        }
        guard target["method"] == "stop" else { return sendError("unknown method") }
        core.stop(session)
        sendResponse("ok")
    }

    /// `/ace/stat/…`
    func sendStatus(infohash: Substring, token: Substring) {
        guard let session = core.session(infohash: infohash, token: token) else {
            return sendError("unknown playback session id")
        }
        let now = core.now
        let isReady = session.isReady(at: now)
        let rate = isReady ? core.broadcast.bitrate / 8192 : 0
        let played = session.broadcastStart.map { (now - min(now, $0)) / 1_000_000_000 } ?? 0
        let peers = isReady ? 4 + session.token.utf8.reduce(0) { $0 + UInt64($1) } % 20 : 0
        sendResponse([
            "status": isReady ? "dl" : "prebuf", "peers": JSONValue(peers), "speed_down": JSONValue(rate),
            "speed_up": JSONValue(rate / 9), "downloaded": JSONValue(played * core.broadcast.bitrate / 8),
            "uploaded": JSONValue(played * core.broadcast.bitrate / 72), "total_progress": 0, "is_live": 1,
            "is_encrypted": 0, "infohash": .string(session.infohash),
            "playback_session_id": .string(session.playbackIdentifier), "client_session_id": -1,
            "selected_file_index": -1, "selected_stream_index": 0, "stream_status": -1, "manifest_access_mode": -1,
            "network_monitor_status": 0, "network_monitor_started": false, "debug_level": 0,
            "disk_cache_stats": [
                "avail": 10_737_418_240, "disk_cache_limit": 2_147_483_648, "inactive_inuse": 0, "active_inuse": 0,
            ],
            "livepos": livePosition(of: session, at: now),
        ])
    }

    /// Positions are wall-clock seconds, written as strings.
    private func livePosition(of session: EngineSession, at now: UInt64) -> JSONValue {
        let last = WallClock.seconds
        let first = last - Int64((now - session.openedAt) / 1_000_000_000)
        func text(_ seconds: Int64) -> JSONValue { .string("\(seconds)") }
        return [
            "pos": text(last), "last": text(last), "live_first": text(first), "live_last": text(last),
            "first_ts": text(first), "last_ts": text(last), "is_live": "1", "buffer_pieces": "30",
        ]
    }
}
