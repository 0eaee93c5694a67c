import Testing

/// Times in queries, in every spelling of RFC 3339.
@Suite struct TimeTests {
    @Test func theyAreReadInEverySpelling() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                #expect(try await client.post("/scale/0").status == 200)
                for past in [
                    "2001-02-03T04:05:06Z", "2001-02-03t04:05:06.123456789z", "2001-02-03T04:05:06%2B23:59",
                    "2001-02-03T04:05:06-23:59", "2001-02-03%2004:05:06", "0000-02-29T00:00:00Z",
                    "1990-12-31T23:59:60Z",
                    "2001-02-03T04:05:06+01:00",
                ] {
                    let answer = try await client.get("/events?since=\(past)")
                    #expect(answer.status == 200, "\(past)")
                    #expect(answer.text.contains("floor of 0"), "\(past)")
                }
                #expect(try await client.get("/events?since=9999-12-31T23:59:59Z").text == "[]")
                for wrong in [
                    "", "now", "2001-02-29T00:00:00Z", "2001-13-01T00:00:00Z", "2001-02-03T24:00:00Z",
                    "2001-02-03T04:05:06%2B24:00", "2001-02-03", "2001-02-03T04:05", "2001-02-03T04:05:06.Z",
                ] {
                    #expect(try await client.get("/events?since=\(wrong)").status == 422, "\(wrong)")
                }
            }
        }
    }
}
