import Foundation
import Outbound
import Testing

extension RunningApplianceTests {
    @Suite struct EventTests {
        /// A valid report; `port` and `extra` are JSON.
        private func report(_ id: String, key: String = "\"abc\"", port: String = "1", extra: String = "") -> String {
            """
            {"engine":{"host":"127.0.0.1","port":\(port)\(extra)},
             "stream":{"key_type":"content_id","key":\(key)\(extra)},
             "session":{"playback_session_id":"s","stat_url":"","command_url":"","is_live":1\(extra)},
             "labels":{"stream_id":"\(id)"}\(extra)}
            """
        }

        @Test(arguments: [
            ("\"abc\"", "\"eighty\"", ["body", "engine", "port"]), ("\"abc\"", "70000", ["body", "engine", "port"]),
            ("{}", "1", ["body", "stream", "key"]), ("7", "1", ["body", "stream", "key"]),
        ]) func aWrongTypeIsRefusedWithTheFieldNamed(key: String, port: String, field: [String]) async throws {
            let run = try ApplianceRun.current()
            let id = "wrong-\(UUID().uuidString)"
            let answer = try await run.post("/events/stream_started", report(id, key: key, port: port))
            #expect(answer.status == 422)
            let problems = try ApplianceRun.decode(Documents.Validation.self, from: Data(answer.body)).detail
            #expect(problems.map(\.loc) == [field])
            let streams = try await run.get(run.table.orchestrator + "/streams")
            #expect(streams.status == 200)
            #expect(!streams.text.contains(id))
        }

        @Test func whatIsNoJSONIsRefused() async throws {
            let run = try ApplianceRun.current()
            // Streams of the tests before may still be ending, which would change the list too.
            try await run.settle()
            let before = try await run.get(run.table.orchestrator + "/streams").text
            #expect(try await run.post("/events/stream_started", "{\"engine\":").status == 422)
            #expect(try await run.get(run.table.orchestrator + "/streams").text == before)
        }

        @Test func unknownFieldsAreIgnored() async throws {
            let run = try ApplianceRun.current()
            let id = "extra-\(UUID().uuidString)"
            let extra = ",\"colour\":\"blue\",\"nested\":{\"list\":[1,null,{}]}"
            let answer = try await run.post("/events/stream_started", report(id, extra: extra))
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try await run.startedStreams().contains { $0.id == id })
            let end = try await run.post("/events/stream_ended", "{\"stream_id\":\"\(id)\",\"mood\":\"good\"}")
            #expect(end.status == 200)
            #expect(try await !run.startedStreams().contains { $0.id == id })
        }
    }
}
