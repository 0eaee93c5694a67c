extension ProvisioningController {
    private static let environment: JSONValue = [
        "anyOf": [
            [
                "type": "object", "propertyNames": ["pattern": "^[^=\\u0000]+$"],
                "additionalProperties": ["anyOf": [["type": "string", "pattern": "^[^\\u0000]*$"], ["type": "null"]]],
            ], ["type": "null"],
        ]
    ]
    private static let labels = Schema.optional(Schema.map(Schema.optional(Schema.text)))
    private static let port = Schema.any(
        Schema.integer(1...65535),
        Schema.pattern("^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$"))
    private static let hostPort = Schema.any(Schema.integer(0...65535), Schema.nothing)

    private static let blocked = Schema.answer([
        "detail": Schema.answer([
            "error": Schema.choice("provisioning_blocked", "provisioning_failed"), "code": Schema.text,
            "message": Schema.text, "recovery_eta_seconds": Schema.optional(Schema.count),
            "can_retry": Schema.flag, "should_wait": Schema.flag,
        ])
    ])

    static let operations = [
        APIOperation("POST", "/provision/acestream", "provisioning", "Starts one engine more", .operators)
            .reading(
                Schema.request([
                    "image": Schema.optional(Schema.text), "labels": labels, "env": environment,
                    "host_port": Schema.optional(port),
                ]), isRequired: false
            )
            .answering(
                200,
                Schema.answer([
                    "container_id": Schema.text, "container_name": Schema.text,
                    "host_http_port": Schema.integer(1...65535), "container_http_port": Schema.integer(1...65535),
                    "container_https_port": Schema.optional(Schema.integer),
                    "host_api_port": Schema.optional(Schema.integer),
                    "container_api_port": Schema.optional(Schema.integer),
                ]), "the engine answers"
            )
            .answering(409, blocked, "the port is in use")
            .answering(500, blocked, "it could not be started")
            .answering(503, blocked, "none can be started at present")
            .refusing(504, "it has not answered yet"),
        APIOperation("POST", "/provision", "provisioning", "Starts a container that is no engine", .operators)
            .reading(
                Schema.request([
                    "image": Schema.optional(Schema.text), "labels": labels, "env": environment,
                    "name_prefix": Schema.optional(Schema.pattern("^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")),
                    "ports": Schema.optional([
                        "type": "object", "additionalProperties": hostPort,
                        "propertyNames": ["pattern": "^[1-9][0-9]{0,3}/(tcp|udp|sctp)$"],
                    ]),
                ]), isRequired: false
            )
            .answering(
                200, Schema.answer(["container_id": Schema.text, "container_name": Schema.text]), "it has been started"
            )
            .answering(409, blocked, "a port is in use")
            .answering(500, blocked, "it could not be started")
            .refusing(501, "the provider runs engines only")
            .answering(503, blocked, "none can be started at present")
            .refusing(504, "it has not been started yet"),
    ]
}
