extension EnginesController {
    static let operations = [
        APIOperation("GET", "/engines", "engines", "All engines, by name", .readers)
            .answering(200, Schema.list(Schema.named("Engine")), "the engines")
            .conditional,
        APIOperation("GET", "/engines/health-score", "engines", "How suitable each engine is", .readers)
            .answering(
                200,
                Schema.list(
                    Schema.answer([
                        "container_id": Schema.text, "host": Schema.text, "port": Schema.integer(0...65535),
                        "health_score": Schema.integer, "stream_count": Schema.count,
                        "health_status": Schema.choice("healthy", "unhealthy", "unknown"),
                    ])), "the best one first"),
        APIOperation("GET", "/engines/{id}", "engines", "One engine and its streams", .readers)
            .with(.path, "id", Schema.text, "container_id")
            .answering(
                200,
                Schema.any(
                    Schema.answer([
                        "engine": Schema.named("Engine"), "streams": Schema.list(Schema.named("Stream")),
                    ]), Schema.answer(["error": Schema.constant("not found")])),
                "the engine, or `error` where there is none"),
    ]
}
