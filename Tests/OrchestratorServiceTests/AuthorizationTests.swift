import Testing

@Suite struct AuthorizationTests {
    @Test func changesNeedTheKeyAndReadingDoesNot() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                for path in [
                    "/engines/lease", "/events/stream_started", "/events/stream_ended", "/events/batch",
                    "/provision/acestream", "/scale/3", "/webhooks/alertmanager",
                ] {
                    let missing = try await client.post(path, "{}", key: nil)
                    #expect(missing.status == 401, "\(path)")
                    #expect(missing.text == #"{"detail":"missing bearer token"}"#)
                    let wrong = try await client.post(path, "{}", key: "test-kez")
                    #expect(wrong.status == 403, "\(path)")
                    #expect(wrong.text == #"{"detail":"invalid token"}"#)
                }
                for path in [
                    "/engines", "/engines/health-score", "/streams", "/events", "/autoscaler/decisions", "/health",
                    "/health/ready", "/health/status", "/orchestrator/status", "/metrics", "/panel/", "/version",
                ] {
                    #expect(try await client.get(path).status == 200, "\(path)")
                }
            }
        }
    }
}
