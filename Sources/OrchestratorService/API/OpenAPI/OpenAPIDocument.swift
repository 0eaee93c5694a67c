/// The description of the API in OpenAPI 3.1.
struct OpenAPIDocument: Sendable {
    let operations: [APIOperation]
    /// The orchestrator's version.
    let version: String
    let hasOpenReads: Bool
    /// Whether anything needs a key at all, and whether `/metrics` does.
    let hasKey: Bool
    let hasMetricsToken: Bool

    /// - Parameter server: where the API is reached; a path or a URL.
    func document(server: String) -> JSONValue {
        var paths: [String: [String: JSONValue]] = [:]
        for operation in operations {
            paths[operation.path, default: [:]][operation.method.lowercased()] = describe(operation)
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "weir-orchestrator", "version": .string(version),
                "description": "Keeps a fleet of AceStream engines: starts, probes, scales and hands them out.",
            ],
            "servers": [["url": .string(server)]],
            "paths": .object(paths.mapValues(JSONValue.object)),
            "components": [
                "schemas": .object(APISchemas.all),
                "securitySchemes": ["bearer": ["type": "http", "scheme": "bearer"]],
                "headers": .object(Self.headers),
            ],
        ]
    }

    func needsKey(_ operation: APIOperation) -> Bool {
        switch operation.access {
        case .everybody: false
        case .operators: hasKey
        case .readers, .discoverers: hasKey && !hasOpenReads
        case .scrapers: hasMetricsToken
        }
    }

    private func describe(_ operation: APIOperation) -> JSONValue {
        var members: [String: JSONValue] = [
            "operationId": .string(Self.identifier(operation)),
            "tags": [.string(operation.tag)],
            "summary": .string(operation.summary),
            "responses": .object(responses(operation)),
            "security": needsKey(operation) ? [["bearer": []]] : [],
        ]
        if !operation.parameters.isEmpty {
            members["parameters"] = .array(
                operation.parameters.map { parameter in
                    [
                        "in": .string(parameter.place.rawValue), "name": .string(parameter.name),
                        "required": .bool(parameter.isRequired), "schema": parameter.schema,
                        "description": .string(parameter.text),
                    ]
                })
        }
        if let body = operation.body {
            members["requestBody"] = [
                "required": .bool(operation.isBodyRequired), "content": ["application/json": ["schema": body]],
            ]
        }
        return .object(members)
    }

    private func responses(_ operation: APIOperation) -> [String: JSONValue] {
        var all = operation
        // What any request may be answered with.
        all = all.answering(400, as: ["text/plain": Schema.text], "the request is not HTTP/1.1 as it must be")
        all = all.refusing(421, "the Host header names a host that is not allowed")
        if needsKey(operation) {
            all = all.failing(401, "there is no bearer token").failing(403, "the token does not allow it")
        }
        if operation.body != nil || operation.parameters.contains(where: { $0.place != .path }) {
            all = all.answering(422, Schema.named("ValidationError"), "something in the request is wrong")
        }
        if operation.body != nil {
            all = all.refusing(408, "the body did not come in time").failing(413, "the body is larger than 1 MiB")
        }
        all = all.refusing(503, "the orchestrator cannot answer at present")
        var responses: [String: JSONValue] = [:]
        for (status, answers) in Dictionary(grouping: all.answers, by: \.status) {
            let content = answers.map(\.content).reduce(into: [:]) { $0.merge($1) { first, _ in first } }
            var response: [String: JSONValue] = [
                "description": .string(answers.map(\.text).joined(separator: "; or ")),
                "headers": .object(
                    Self.headers.keys.reduce(into: [:]) {
                        $0[$1] = ["$ref": .string("#/components/headers/\($1)")]
                    }),
            ]
            if !content.isEmpty { response["content"] = .object(content.mapValues { ["schema": $0] }) }
            responses[String(status)] = .object(response)
        }
        return responses
    }

    /// `GET /engines/{id}/stats` is `get_engines_id_stats`.
    private static func identifier(_ operation: APIOperation) -> String {
        let words = operation.path.split { "/{}-_.".contains($0) }
        return ([operation.method.lowercased()] + words.map(String.init)).joined(separator: "_")
    }

    private static let headers: [String: JSONValue] = [
        "X-RateLimit-Provisioning-Limit": [
            "description": "engines that may be created at once", "schema": Schema.count,
        ],
        "X-RateLimit-Provisioning-Remaining": [
            "description": "of these, how many may be begun now", "schema": Schema.count,
        ],
        "X-Circuit-State": [
            "description": "only while provisioning is paused after failures",
            "schema": Schema.choice("open", "half_open"),
        ],
        "Retry-After": ["description": "seconds until it is worth asking again", "schema": Schema.count],
    ]
}
