import Testing

@Suite struct GuardedServerTests {
    @Test func unknownTransferCodingIsRefused() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                #expect(try await client.get("/health").status == 200)
                let answer = try await client.get("/health", headers: [("Transfer-Encoding", "x")])
                #expect(answer.status == 501)
                let refused = "\norch_http_connections_refused_total{reason=\"bad_request\"} 1\n"
                #expect(try await client.get("/metrics").text.contains(refused))
            }
        }
    }
}
