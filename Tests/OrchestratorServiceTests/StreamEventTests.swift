import Fleet
import Foundation
import Providers
import Storage
import Testing

@Suite struct StreamEventTests {
    static func started(_ session: String, port: Int, lease: String? = nil) -> String {
        let leaseField = lease.map { #""lease_id":"\#($0)","# } ?? ""
        return #"{\#(leaseField)"engine":{"host":"127.0.0.1","port":\#(port)},"#
            + #""stream":{"key_type":"content_id","key":"abc"},"#
            + #""session":{"playback_session_id":"\#(session)","stat_url":"http://x/stat","#
            + #""command_url":"http://x/cmd","is_live":1},"unknown":[1,{"a":null}]}"#
    }

    @Test func leaseBecomesAStreamAndRepetitionsChangeNothing() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(["MAX_REPLICAS": "1"], engines: engines, folder: folder) { client async throws in
                let lease = try await client.lease(waitMilliseconds: 10_000).decoded(LeaseDocument.self)
                let body = Self.started("s1", port: lease.engine.port, lease: lease.lease_id)
                for _ in 1...3 {
                    let stream = try await client.post("/events/stream_started", body).decoded(StreamDocument.self)
                    #expect(stream.id == "abc|s1")
                    #expect(stream.container_id == lease.engine.container_id)
                }
                let metrics = try await client.get("/metrics").text
                #expect(metrics.contains("\norch_streams_active 1\n"))
                #expect(metrics.contains("\norch_leases_active 0\n"))
                #expect(metrics.contains("\norch_events_started_total 1\n"))
                let list = try await client.get("/engines").decoded([EngineDocument].self)
                #expect(list.map(\.streams) == [["abc|s1"]])
                #expect(try await client.get("/streams/abc%7Cs1").status == 200)
            }
        }
    }

    @Test func unknownEndEndsNothingAndARealEndOnce() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(engines: engines, folder: folder) { client async throws in
                #expect(try await client.post("/provision/acestream").status == 200)
                let engine = try #require(engines.running.first)
                _ = try await client.post("/events/stream_started", Self.started("s1", port: engine.httpPort))
                for body in [
                    #"{"stream_id":"abc|fetch_failed","reason":"error"}"#, #"{"container_id":"\#(engine.id)"}"#,
                ] {
                    let answer = try await client.post("/events/stream_ended", body)
                    #expect(answer.text == #"{"status":"accepted","stream":null,"updated":false}"#)
                }
                #expect(try await client.get("/streams?status=started").decoded([StreamDocument].self).count == 1)
                let end = #"{"stream_id":"abc|s1","reason":"client_disconnected"}"#
                #expect(try await client.post("/events/stream_ended", end).text.contains(#""updated":true"#))
                #expect(try await client.post("/events/stream_ended", end).text.contains(#""updated":false"#))
                let ended = try await client.get("/streams?status=ended").decoded([StreamDocument].self)
                #expect(ended.map(\.end_reason) == ["client_disconnected"])
            }
        }
    }

    @Test func batchReportsEachEvent() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                let batch =
                    #"{"started":[\#(Self.started("a", port: 1)),\#(Self.started("b", port: 1))],"#
                    + #""ended":[{"stream_id":"abc|a"},{"stream_id":"nobody"}]}"#
                let answer = try await client.post("/events/batch", batch)
                #expect(
                    answer.text
                        == #"{"ended":[{"stream_id":"abc|a","success":true},"#
                        + #"{"error":"stream not found","stream_id":"nobody","success":false}],"#
                        + #""started":[{"stream_id":"abc|a","success":true},{"stream_id":"abc|b","success":true}]}"#)
            }
        }
    }

    @Test func answeredReportIsInTheDatabase() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                let other = try StateStore(url: DatabaseURL("sqlite:///\(folder)/state.db"))
                for number in 1...50 {
                    let start = Self.started("s\(number)", port: 1)
                    #expect(try await client.post("/events/stream_started", start).status == 200)
                    #expect(try await other.streams(maxEnded: 0).contains { $0.id == "abc|s\(number)" })
                    let end = #"{"stream_id":"abc|s\#(number)","reason":"eof"}"#
                    #expect(try await client.post("/events/stream_ended", end).status == 200)
                    #expect(try await other.streams(maxEnded: 1).map(\.id) == ["abc|s\(number)"])
                }
            }
        }
    }

    @Test func manyReportsAtOnceShareTransactions() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for number in 1...200 {
                        group.addTask {
                            try await client.post("/events/stream_started", Self.started("s\(number)", port: 1)).status
                        }
                    }
                    for try await status in group { #expect(status == 200) }
                }
                let other = try StateStore(url: DatabaseURL("sqlite:///\(folder)/state.db"))
                #expect(try await other.streams(maxEnded: 0).count == 200)
            }
        }
    }
}
