import Storage

extension EventsController {
    private static let proxy = "the proxy that reports, where it names itself"
    /// Empty counts as none.
    static let proxyName = Schema.pattern("^[A-Za-z0-9_-]{0,64}$")

    static let operations = [
        APIOperation("GET", "/events", "events", "The event log, newest first", .readers)
            .with(.query, "limit", Schema.integer(1...1000), "how many at most; 100 without it")
            .with(.query, "offset", Schema.integer(0...1_000_000), "how many are left out before them")
            .with(.query, "event_type", Schema.choice(EventRecord.EventType.self), "only of this type")
            .with(.query, "category", Schema.text, "only of this category")
            .with(.query, "container_id", Schema.text, "only of this engine")
            .with(.query, "stream_id", Schema.text, "only of this stream")
            .with(.query, "since", Schema.time, "only from then on")
            .answering(200, Schema.list(Schema.named("Event")), "the entries"),
        APIOperation("GET", "/events/stats", "events", "What the event log holds", .readers)
            .answering(
                200,
                Schema.answer([
                    "total": Schema.count, "by_type": Schema.map(Schema.count),
                    "oldest": Schema.optional(Schema.time), "newest": Schema.optional(Schema.time),
                ]), "numbers of entries"),
        APIOperation("POST", "/events/cleanup", "events", "Deletes old entries of the event log", .operators)
            .with(.query, "max_age_days", Schema.integer(1...3650), "older ones go; 30 without it")
            .answering(200, Schema.answer(["deleted": Schema.count, "message": Schema.text]), "they are gone"),
        APIOperation("POST", "/events/stream_started", "events", "Reports that a stream runs", .operators)
            .with(.header, "Weir-Proxy", proxyName, proxy)
            .reading(Schema.named("StreamStarted"))
            .answering(200, APISchemas.accepted, "it is recorded durably"),
        APIOperation("POST", "/events/stream_ended", "events", "Reports that a stream has ended", .operators)
            .reading(Schema.named("StreamEnded"))
            .answering(200, APISchemas.accepted, "`updated` where such a stream ran"),
        APIOperation("POST", "/events/batch", "events", "Reports of many streams at once", .operators)
            .with(.header, "Weir-Proxy", proxyName, proxy)
            .reading(
                Schema.request([
                    "started": Schema.optional(Schema.list(Schema.named("StreamStarted"))),
                    "ended": Schema.optional(Schema.list(Schema.named("StreamEnded"))),
                ])
            )
            .answering(200, Schema.answer(["started": results, "ended": results]), "in the order given"),
    ]

    private static let results = Schema.list(
        Schema.answer(
            ["success": Schema.flag, "stream_id": Schema.optional(Schema.text), "error": Schema.text],
            optional: ["stream_id", "error"]))
}
