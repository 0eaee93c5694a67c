extension StatisticsController {
    static let operations = [
        APIOperation("GET", "/engines/stats/all", "engines", "What each engine uses of its machine", .readers)
            .answering(200, Schema.map(Schema.named("EngineStatistics")), "by container_id")
            .refusing(504, "the provider does not answer"),
        APIOperation("GET", "/engines/stats/total", "engines", "What all engines use together", .readers)
            .answering(
                200,
                Schema.answer([
                    "total_cpu_percent": Schema.number, "total_memory_usage": Schema.count,
                    "total_network_rx_bytes": Schema.count, "total_network_tx_bytes": Schema.count,
                    "total_block_read_bytes": Schema.count, "total_block_write_bytes": Schema.count,
                    "container_count": Schema.count,
                ]), "sums"
            )
            .refusing(504, "the provider does not answer"),
        APIOperation("GET", "/engines/{id}/stats", "engines", "What one engine uses of its machine", .readers)
            .with(.path, "id", Schema.text, "container_id or name")
            .answering(200, Schema.named("EngineStatistics"), "not older than two seconds")
            .failing(404, "nothing is known of such an engine")
            .refusing(504, "the provider does not answer"),
        APIOperation("GET", "/cache/stats", "maintenance", "What the cache of statistics has been good for", .readers)
            .answering(
                200,
                Schema.answer([
                    "size": Schema.count, "hits": Schema.count, "misses": Schema.count, "hit_rate": Schema.number,
                    "entries": Schema.list(
                        Schema.answer([
                            "key": Schema.text, "age": Schema.number, "ttl_remaining": Schema.number,
                        ])),
                ]), "the cache"),
        APIOperation("POST", "/cache/clear", "maintenance", "Forgets what is cached", .operators)
            .answering(200, Schema.answer(["message": Schema.text]), "done"),
    ]
}
