import Testing

/// The answers to reports, and the event log's own endpoints.
@Suite struct EventLogTests {
    @Test func aSingleReportIsAcceptedWithTheStreamsFields() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                let started = try await client.post("/events/stream_started", StreamEventTests.started("s", port: 1))
                for field in [
                    #""status":"accepted""#, #""id":"abc|s""#, #""key_type":"content_id""#, #""is_live":true"#,
                    #""ended_at":null"#, #""peers":null"#, #""status":"started""#,
                ] {
                    #expect(started.text.contains(field))
                }
                let ended = try await client.post("/events/stream_ended", #"{"stream_id":"abc|s","reason":"eof"}"#)
                for field in [#""status":"accepted""#, #""updated":true"#, #""end_reason":"eof""#, #""id":"abc|s""#] {
                    #expect(ended.text.contains(field))
                }
                #expect(
                    try await client.post("/events/stream_ended", #"{"stream_id":"abc|s"}"#).text
                        == #"{"status":"accepted","stream":null,"updated":false}"#)
            }
        }
    }

    @Test func theLogIsSummedUpAndCleaned() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                _ = try await client.post("/events/stream_started", StreamEventTests.started("s", port: 1))
                let summary = try await client.get("/events/stats").text
                #expect(summary.contains(#""stream":1"#))
                #expect(summary.contains(#""vpn":0"#))
                #expect(!summary.contains(#""newest":null"#))
                let cleaned = try await client.post("/events/cleanup?max_age_days=1")
                #expect(cleaned.text == #"{"deleted":0,"message":"Cleaned up 0 events older than 1 days"}"#)
                #expect(try await client.post("/events/cleanup?max_age_days=0").status == 422)
                #expect(try await client.post("/events/cleanup", key: nil).status == 401)
            }
        }
    }

    @Test(arguments: [
        "{", #"{"a":1,}"#, "[1 2]", "01", "1.", #""\x""#, #""\ud800""#, "nul", "\"\u{1}\"", "{} {}", "[1e999]",
        String(repeating: "[", count: 65) + String(repeating: "]", count: 65),
    ])
    func whatIsNoJSONIsRefused(body: String) async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                let answer = try await client.post("/events/batch", body)
                #expect(answer.status == 422)
                #expect(answer.text.contains("json_invalid"))
            }
        }
    }

    @Test func textIsUnderstoodInEverySpelling() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                let body = #" {"stream_id" : "a\u00e4\ud83d\ude00\n\/\"é", "reason":null, "x":[-0.5e+3,true,{}]}"#
                let answer = try await client.post("/events/batch", #"{"ended":[\#(body)]}"#)
                #expect(answer.text.contains(#""stream_id":"aä😀\n/\"é""#))
            }
        }
    }
}
