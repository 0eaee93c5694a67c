import Testing

@Suite struct ValidationTests {
    private struct Failure: Decodable {
        struct Problem: Decodable {
            var type: String
            var loc: [String]
            var msg: String
        }

        var detail: [Problem]
    }

    @Test func wrongFieldsAreNamedAllAtOnceAndChangeNothing() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                let answer = try await client.post(
                    "/events/stream_started",
                    #"{"engine":{"host":7,"port":"x"},"stream":{"key_type":"name","key":"k"},"session":{}}"#)
                #expect(answer.status == 422)
                let locations = try answer.decoded(Failure.self).detail.map { $0.loc.joined(separator: ".") }
                #expect(
                    Set(locations) == [
                        "body.engine.host", "body.engine.port", "body.stream.key_type",
                        "body.session.playback_session_id", "body.session.stat_url", "body.session.command_url",
                    ])
                #expect(try await client.get("/streams").text == "[]")
            }
        }
    }

    @Test(arguments: ["{", "nonsense", "[1,2", "\"text\"", "[]", "", "{\"a\":}"])
    func whatIsNoObjectIsRefused(body: String) async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                #expect(try await client.post("/events/stream_ended", body).status == 422)
            }
        }
    }

    @Test func parametersAreCheckedToo() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                for path in ["/streams?status=running", "/events?limit=0", "/events?limit=x", "/events?event_type=x"] {
                    #expect(try await client.get(path).status == 422, "\(path)")
                }
                #expect(try await client.post("/scale/many").status == 422)
                #expect(try await client.post("/scale/-1").status == 422)
                #expect(try await client.get("/containers/none").status == 404)
                #expect(try await client.get("/engines/none").text == #"{"error":"not found"}"#)
                #expect(try await client.get("/nowhere").status == 404)
            }
        }
    }

    @Test func largeBodiesAreRefused() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                let padding = String(repeating: "x", count: 1 << 20)
                #expect(try await client.post("/events/stream_ended", "{\"reason\":\"\(padding)\"}").status == 413)
            }
        }
    }
}
