extension StreamStatisticsController {
    static let operations = [
        APIOperation("GET", "/streams/{id}/stats", "streams", "What its engine has said of a stream", .readers)
            .with(.path, "id", Schema.text, "its id")
            .with(.query, "since", Schema.time, "only from then on")
            .answering(200, Schema.list(sample), "oldest first; none of an unknown stream"),
        APIOperation("GET", "/streams/{id}/extended-stats", "streams", "What its engine finds out of it", .readers)
            .with(.path, "id", Schema.text, "its id")
            .answering(200, ["type": "object"], "in the engine's words, or `available: false`")
            .failing(404, "there is no such stream"),
        APIOperation("GET", "/streams/{id}/livepos", "streams", "Where in the broadcast a stream is", .readers)
            .with(.path, "id", Schema.text, "its id")
            .answering(200, position, "as its engine says at this moment")
            .failing(404, "there is no such stream")
            .failing(503, "its engine does not answer"),
    ]

    private static let sample = Schema.answer([
        "ts": Schema.time, "peers": number, "speed_down": number, "speed_up": number, "downloaded": number,
        "uploaded": number, "status": Schema.optional(Schema.text),
    ])

    private static let position = Schema.answer(
        [
            "has_livepos": Schema.flag, "is_live": Schema.flag, "livepos": APISchemas.livePosition,
            "performance": Schema.answer([
                "live_delay_seconds": number, "dvr_window_seconds": number, "playback_offset_seconds": number,
                "status": Schema.optional(Schema.text), "peers": number, "speed_down": number, "speed_up": number,
                "downloaded": number, "uploaded": number,
            ]),
        ], optional: ["livepos", "performance"])

    private static let number = Schema.optional(Schema.integer)
}
