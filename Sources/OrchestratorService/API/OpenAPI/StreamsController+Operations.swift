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
    ]
}
