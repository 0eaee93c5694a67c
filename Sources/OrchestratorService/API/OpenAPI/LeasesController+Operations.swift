import Fleet

extension LeasesController {
    static let operations = [
        APIOperation("POST", "/engines/lease", "leases", "Holds a slot of an engine for a stream", .operators)
            .with(.header, "Weir-Proxy", EventsController.proxyName, "the proxy, where it names itself")
            .reading(
                Schema.request(
                    [
                        "content": Schema.request(
                            ["key_type": Schema.choice(ContentKey.Kind.self), "key": Schema.words],
                            required: ["key_type", "key"]),
                        "wait_ms": Schema.optional(
                            Schema.any(
                                Schema.integer(0...Int(maxWaitMilliseconds)),
                                Schema.pattern("^([0-9]{1,4}|[1-5][0-9]{4}|60000)$"))),
                        "proxy": Schema.optional(Schema.text),
                        "exclude": Schema.optional(Schema.list(Schema.text, atMost: maxExcluded)),
                    ], required: ["content"])
            )
            .answering(
                200,
                Schema.answer([
                    "lease_id": Schema.text,
                    "engine": Schema.answer([
                        "container_id": Schema.text, "container_name": Schema.text, "host": Schema.text,
                        "port": Schema.integer(0...65535),
                    ]), "ttl_s": Schema.count, "excluded": Schema.count,
                ]), "the engine"
            )
            .refusing(503, "no engine is free, or none became free in time"),
        APIOperation("DELETE", "/engines/lease/{id}", "leases", "Gives a lease back", .operators)
            .with(.path, "id", Schema.text, "lease_id")
            .with(.query, "outcome", Schema.choice(ReleaseReason.self), "why; `cancelled` without it")
            .answering(200, Schema.answer(["released": Schema.text]), "it is free again")
            .refusing(404, "no such lease is held"),
    ]
}
