extension LoopingStreamsController {
    static let operations = [
        APIOperation("GET", "/looping-streams", "streams", "Contents whose broadcast goes on no more", .readers)
            .answering(
                200,
                Schema.answer([
                    "stream_ids": Schema.list(Schema.text), "streams": Schema.map(Schema.time),
                    "retention_minutes": Schema.count,
                ]), "and since when"),
        APIOperation("DELETE", "/looping-streams/{id}", "streams", "Takes one off that list", .operators)
            .with(.path, "id", Schema.text, "its key")
            .answering(200, Schema.answer(["message": Schema.text]), "it is off")
            .failing(404, "it is not on the list"),
        APIOperation("POST", "/looping-streams/clear", "streams", "Empties that list", .operators)
            .answering(200, Schema.answer(["message": Schema.text]), "it is empty"),
    ]
}
