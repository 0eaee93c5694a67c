import Testing

/// Pages of other sites, with browsers of operators who need no key.
@Suite struct ForeignPageTests {
    @Test func onlyPagesOfTheOriginItselfOrOfAllowedOnesChangeAnything() async throws {
        try await withFolder { folder async throws in
            let environment = ["API_KEY": "", "CORS_ORIGINS": "https://panel.example", "MAX_REPLICAS": "4"]
            try await withOrchestrator(environment, engines: FakeEngines(), folder: folder) { client async throws in
                func scale(_ headers: [(name: String, value: String)]) async throws -> TestClient.Answer {
                    try await client.request("POST", "/scale/1", headers: headers)
                }
                for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
                    let answer = try await scale([("Origin", origin)])
                    #expect(answer.status == 403 && answer.text.contains("origin_not_allowed"), "\(origin)")
                }
                #expect(try await client.get("/engines", headers: [("Origin", "https://evil.example")]).status == 200)
                for origin in ["http://127.0.0.1:\(client.port)", "https://panel.example"] {
                    #expect(try await scale([("Origin", origin)]).status == 200, "\(origin)")
                }
                #expect(try await scale([]).status == 200)
                let refusals = #"orch_api_refusals_total{reason="origin_not_allowed"}"#
                #expect(try await client.metric(refusals) == 3)
            }
        }
    }
}
