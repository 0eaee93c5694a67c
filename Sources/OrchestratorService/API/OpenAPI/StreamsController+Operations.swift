extension StreamsController {
    static let operations = [
        APIOperation("GET", "/streams", "streams", "Streams that run and that ran, oldest first", .readers)
            .with(.query, "status", Schema.choice(Status.self), "only those")
            .with(.query, "container_id", Schema.text, "only those of this engine")
            .answering(200, Schema.list(Schema.named("Stream")), "the streams")
            .conditional,
        APIOperation("GET", "/streams/{id}", "streams", "One stream", .readers)
            .with(.path, "id", Schema.text, "its id")
            .answering(200, Schema.named("Stream"), "the stream")
            .failing(404, "there is no such stream"),
        APIOperation("DELETE", "/streams/{id}", "streams", "Stops one stream", .operators)
            .with(.path, "id", Schema.text, "its id")
            .answering(200, Schema.answer(["message": Schema.text, "stream_id": Schema.text]), "it has ended")
            .failing(400, "it has ended before")
            .failing(404, "there is no such stream")
            .refusing(504, "its engine has not answered yet"),
        APIOperation("POST", "/streams/batch-stop", "streams", "Stops many streams", .operators)
            .reading(Schema.list(Schema.text, atMost: maxStops))
            .answering(
                200,
                Schema.answer([
                    "total": Schema.count, "success_count": Schema.count, "failure_count": Schema.count,
                    "results": Schema.list(
                        Schema.answer([
                            "command_url": Schema.text, "success": Schema.flag, "message": Schema.text,
                            "stream_id": Schema.optional(Schema.text),
                        ])),
                ]), "in the order of the command URLs given"
            )
            .refusing(504, "their engines have not answered yet"),
    ]
}
