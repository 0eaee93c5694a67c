import NIOHTTP1

extension EngineRoutes {
    /// `POST /sim/temper`: changes the fields that the body names.
    func changeTemper() {
        guard let change = try? JSONValue(parsing: request.body) else {
            return refuse(.init(field: "body", message: "is not valid JSON"))
        }
        do throws(Temper.Invalid) {
            core.setTemper(try core.temper.changed(by: change))
            send(core.temper.json)
        } catch {
            refuse(error)
        }
    }

    /// `GET /sim/state`
    func sendState() {
        let state = core.state
        let counters = state.counters
        send([
            "name": .string(core.configuration.name), "version": .string(core.configuration.version),
            "uptime_seconds": .number(Double(core.now - core.startedAt) / 1e9),
            "bitrate": JSONValue(core.broadcast.bitrate), "open_sessions": JSONValue(state.sessions.count),
            "readers": JSONValue(state.readers), "sessions_opened": JSONValue(counters.sessionsOpened),
            "sessions_stopped": JSONValue(counters.sessionsStopped),
            "sessions_expired": JSONValue(counters.sessionsExpired),
            "sessions_refused": JSONValue(counters.sessionsRefused),
            "readers_opened": JSONValue(counters.readersOpened),
            "slow_readers_closed": JSONValue(counters.slowReadersClosed),
            "bytes_sent": JSONValue(counters.bytesSent), "requests": JSONValue(counters.requests),
            "sessions": .array(state.sessions.map(\.json)), "temper": state.temper.json,
        ])
    }

    private func refuse(_ invalid: Temper.Invalid) {
        let detail: JSONValue = ["field": .string(invalid.field), "message": .string(invalid.message)]
        let message = "\(invalid.field): \(invalid.message)"
        send(["error": .string(message), "detail": [detail]], status: .unprocessableEntity)
    }
}

extension SimulatedEngineState.Session {
    fileprivate var json: JSONValue {
        [
            "playback_session_id": .string(playbackSessionID), "infohash": .string(infohash),
            "content_key": .string(contentKey), "pid": player.map(JSONValue.string) ?? .null,
            "readers": JSONValue(readers), "bytes_sent": JSONValue(bytesSent),
        ]
    }
}
