extension EngineFeedController {
    static let operations = [
        APIOperation("GET", "/engines/stream", "engines", "The engine table and its changes, without end", .readers)
            .with(.header, "Last-Event-ID", Schema.text, "the last event got, to be sent what was missed since")
            .answering(
                200, as: ["text/event-stream": Schema.text],
                "server-sent events: `table` with all engines, then `change` with `changed` and `removed`"
            )
            .refusing(503, "too many follow it, or the service is starting or stopping")
    ]
}
