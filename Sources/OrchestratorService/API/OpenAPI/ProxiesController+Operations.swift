extension ProxiesController {
    static let operations = [
        APIOperation("POST", "/proxies/heartbeat", "proxies", "A proxy's sign of life", .operators)
            .with(
                .header, "Weir-Proxy", Schema.pattern("^[A-Za-z0-9_-]{1,64}$"), "the proxy", isRequired: true
            )
            .reading(
                Schema.request([
                    "unreported": Schema.optional(
                        Schema.list(
                            Schema.request(
                                ["engine": APISchemas.engineAddress, "command_url": Schema.text],
                                required: ["engine", "command_url"]))),
                    "listen": Schema.optional(Schema.pattern("^[a-z0-9.-]{0,60}:[1-9][0-9]{0,3}$")),
                ]), isRequired: false
            )
            .answering(
                200,
                Schema.answer([
                    "registration": Schema.optional(Schema.text), "ttl_s": Schema.number,
                    "max_streams_per_engine": Schema.count,
                ]), "it is known, until it is silent for `ttl_s` seconds"
            )
            .refusing(429, "more proxies cannot be told apart"),
        APIOperation("GET", "/sd/proxies", "proxies", "The proxies heard of, for Prometheus", .discoverers)
            .answering(
                200,
                Schema.list(
                    Schema.answer(["targets": Schema.list(Schema.text), "labels": Schema.map(Schema.text)])),
                "in the notation of http_sd_configs"),
    ]
}
