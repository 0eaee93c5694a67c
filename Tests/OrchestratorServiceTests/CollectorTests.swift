import Fleet
import Foundation
import Providers
import Testing

/// What engines say of streams: asked for, shown, kept and acted on.
@Suite struct CollectorTests {
    private static let fast = ["COLLECT_INTERVAL_S": "0.2", "MAX_STREAMS_PER_ENGINE": "8"]

    private struct Document: Decodable {
        struct Position: Decodable {
            var live_last: String?
        }

        var status: String
        var container_name: String?
        var peers: Int?
        var speed_down: Int?
        var downloaded: Int?
        var livepos: Position?
        var end_reason: String?
    }

    private struct Sample: Decodable {
        var ts: String
        var peers: Int?
        var status: String?
    }

    /// A report whose URLs name another host than the engine's.
    private static func started(_ session: String, port: Int) -> String {
        #"{"engine":{"host":"127.0.0.1","port":\#(port)},"stream":{"key_type":"infohash","key":"k\#(session)"},"#
            + #""session":{"playback_session_id":"\#(session)","#
            + #""stat_url":"http://203.0.113.1:1/ace/stat/ab/\#(session)","#
            + #""command_url":"http://203.0.113.1:1/ace/cmd/ab/\#(session)","is_live":1},"#
            + #""labels":{"stream_id":"\#(session)"}}"#
    }

    private func metric(_ series: String, _ client: TestClient) async throws -> Double? {
        let lines = try await client.get("/metrics").text.split(separator: "\n")
        return lines.first { $0.hasPrefix(series + " ") }.flatMap { Double($0.dropFirst(series.count + 1)) }
    }

    /// Starts engines and on each one stream, named `a`, `b`, …
    private func start(_ count: Int, _ client: TestClient, _ engines: FakeEngines) async throws -> [Int] {
        var ports: [Int] = []
        for name in "abcdefgh".prefix(count) {
            #expect(try await client.post("/provision/acestream").status == 200)
            let port = try #require(engines.running.map(\.httpPort).first { !ports.contains($0) })
            ports.append(port)
            engines.tell("/ace/stat/ab/\(name)", StreamStatistics(status: "dl", peers: 7, downloaded: 1000))
            #expect(
                try await client.post("/events/stream_started", Self.started(String(name), port: port)).status == 200)
        }
        return ports
    }

    @Test func statisticsComeFromTheKnownAddressAndAreShownAndKept() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            let settings = Self.fast.merging(["STATS_HISTORY_MAX": "8"]) { $1 }
            try await withOrchestrator(settings, engines: engines, folder: folder) { client async throws in
                let port = try await start(1, client, engines)[0]
                try await eventually("the stream's document has its statistics") {
                    try await client.get("/streams/a").decoded(Document.self).peers == 7
                }
                let tag = try #require(try await client.get("/streams").header("ETag"))
                engines.tell(
                    "/ace/stat/ab/a",
                    StreamStatistics(
                        status: "dl", peers: 9, speedDown: 100, speedUp: 10, downloaded: 5000, uploaded: 50,
                        livePosition: LivePosition(position: 4, first: 1, last: 6)))
                try await eventually("later ones replace them") {
                    try await client.get("/streams/a").decoded(Document.self).peers == 9
                }
                #expect(try await client.get("/streams", headers: [("If-None-Match", tag)]).status == 200)
                let document = try await client.get("/streams").decoded([Document].self)[0]
                #expect(document.livepos?.live_last == "6")
                #expect(document.container_name == "acestream-1")
                try await eventually("as many samples are kept as is set") {
                    try await client.get("/streams/a/stats").decoded([Sample].self).count == 8
                }
                let asked = engines.questions.count
                try await eventually("more were taken") { engines.questions.count > asked + 10 }
                let samples = try await client.get("/streams/a/stats").decoded([Sample].self)
                #expect(samples.count == 8)
                #expect(samples.map(\.ts) == samples.map(\.ts).sorted())
                #expect(samples.last?.peers == 9)
                let since = try #require(samples.last).ts
                #expect(try await client.get("/streams/a/stats?since=\(since)").decoded([Sample].self).count < 8)
                #expect(try await client.get("/streams/nobody/stats").text == "[]")
                #expect(Set(engines.questions) == ["127.0.0.1:\(port)/ace/stat/ab/a"])
                try await eventually("sums are shown") { try await metric("orch_stream_peers", client) == 9 }
                #expect(try await metric("orch_stream_download_bytes_per_second", client) == 102_400)
                #expect(try await metric("orch_stream_downloaded_bytes_total", client) == 4000)
                #expect(try await client.get("/streams/a/livepos").text.contains(#""live_delay_seconds":2"#))
                #expect(
                    try await client.get("/streams/a/extended-stats").text == #"{"infohash":"ab","title":"A"}"#)
                #expect(try await client.get("/streams/nobody/livepos").status == 404)
                #expect(try await client.get("/streams/nobody/extended-stats").status == 404)
            }
            // A restart keeps what was there, that included which was not written yet.
            try await withOrchestrator(settings, engines: engines, folder: folder) { client async throws in
                #expect(try await client.get("/streams/a/stats").decoded([Sample].self).count == 8)
            }
        }
    }

    @Test func aSessionUnknownTwiceEndsItsStreamUnlessItsProxyIsHeard() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            let settings = Self.fast.merging(["PROXY_TTL_S": "3600"]) { $1 }
            try await withOrchestrator(settings, engines: engines, folder: folder) { client async throws in
                let ports = try await start(1, client, engines)
                let report = Self.started("held", port: ports[0])
                _ = try await client.post("/events/stream_started", report, headers: [("Weir-Proxy", "me")])
                engines.tell("/ace/stat/ab/a", nil)
                try await eventually("the stream ends") {
                    try await client.get("/streams/a").decoded(Document.self).status == "ended"
                }
                #expect(try await client.get("/streams/a").decoded(Document.self).end_reason == "stale")
                #expect(try await metric("orch_stale_streams_detected_total", client) == 1)
                let path = "/ace/stat/ab/held"
                try await eventually("the other one is denied often") {
                    engines.questions.count { $0.hasSuffix(path) } > 6
                }
                #expect(try await client.get("/streams/held").decoded(Document.self).status == "started")
                #expect(engines.questions.count { $0.hasSuffix("/a") } >= 2)
            }
        }
    }

    @Test func anEngineThatHangsDelaysOnlyItsOwnStreams() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            let settings = Self.fast.merging(["COLLECT_TIMEOUT_S": "60"]) { $1 }
            try await withOrchestrator(settings, engines: engines, folder: folder) { client async throws in
                let ports = try await start(2, client, engines)
                engines.silence([ports[0]])
                try await eventually("the other engine is asked again and again") {
                    engines.questions.count { $0.hasSuffix("/b") } > 10
                }
                #expect(try await client.get("/streams/b").decoded(Document.self).peers == 7)
                let hung = engines.questions.count { $0.hasSuffix("/a") }
                let other = engines.questions.count { $0.hasSuffix("/b") }
                try await eventually("only that one") { engines.questions.count { $0.hasSuffix("/b") } > other + 5 }
                #expect(engines.questions.count { $0.hasSuffix("/a") } <= hung + 1)
            }
        }
    }

    @Test func aBroadcastThatStandsStillIsListedUntilItGoesOn() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            let settings = Self.fast.merging([
                "STREAM_LOOP_DETECTION_ENABLED": "true", "STREAM_LOOP_DETECTION_THRESHOLD_S": "1",
                "STREAM_LOOP_CHECK_INTERVAL_S": "0.2",
            ]) { $1 }
            try await withOrchestrator(settings, engines: engines, folder: folder) { client async throws in
                _ = try await start(1, client, engines)
                engines.tell("/ace/stat/ab/a", StreamStatistics(livePosition: LivePosition(last: 100)))
                try await eventually("it is listed") {
                    try await client.get("/looping-streams").text.contains(#""stream_ids":["ka"]"#)
                }
                #expect(try await client.get("/events?category=looping").text.contains(#""stream_id":"a""#))
                #expect(try await metric("orch_looping_contents", client) == 1)
                engines.tell("/ace/stat/ab/a", StreamStatistics(livePosition: LivePosition(last: 101)))
                try await eventually("it is not any more") {
                    try await client.get("/looping-streams").text.contains(#""stream_ids":[]"#)
                }
                try await eventually("it stands still again") {
                    try await client.get("/looping-streams").text.contains("ka")
                }
                #expect(try await client.delete("/looping-streams/ka").status == 200)
                #expect(try await client.delete("/looping-streams/ka").status == 404)
                #expect(try await metric("orch_stream_loops_detected_total", client) == 2)
            }
        }
    }

    @Test func anOperatorStopsStreamsThatRunAndNothingElse() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(["MAX_STREAMS_PER_ENGINE": "8"], engines: engines, folder: folder) {
                client async throws in
                let ports = try await start(3, client, engines)
                #expect(try await client.delete("/streams/nobody").status == 404)
                let stopped = try await client.delete("/streams/a")
                #expect(stopped.text == #"{"message":"Stream stopped successfully","stream_id":"a"}"#)
                #expect(try await client.delete("/streams/a").status == 400)
                #expect(engines.stops == ["127.0.0.1:\(ports[0])/ace/cmd/ab/a"])
                #expect(
                    try await client.get("/streams/a").decoded(Document.self).end_reason == "manual_stop_via_api")
                let url = "http://203.0.113.1:1/ace/cmd/ab/"
                let answer = try await client.post(
                    "/streams/batch-stop", #"["\#(url)b","\#(url)a","http://127.0.0.1:1/secret"]"#)
                func result(_ url: String, _ message: String, _ id: String, _ success: Bool) -> String {
                    #"{"command_url":"\#(url)","message":"\#(message)","stream_id":\#(id),"success":\#(success)}"#
                }
                let results = [
                    result(url + "b", "Stream stopped successfully", #""b""#, true),
                    result(url + "a", "Stream is not active (status: ended)", #""a""#, false),
                    result("http://127.0.0.1:1/secret", "Stream not found", "null", false),
                ].joined(separator: ",")
                #expect(
                    answer.text == #"{"failure_count":2,"results":[\#(results)],"success_count":1,"total":3}"#)
                #expect(engines.stops.last == "127.0.0.1:\(ports[1])/ace/cmd/ab/b")
                #expect(try await client.get("/streams/c").decoded(Document.self).status == "started")
                #expect(try await client.post("/streams/batch-stop", "{}").status == 422)
                #expect(try await client.post("/streams/batch-stop", "[1]").status == 422)
                #expect(try await client.post("/streams/batch-stop", "[]", key: nil).status == 401)
            }
        }
    }
}
