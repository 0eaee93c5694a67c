import Foundation
import Testing

@Suite struct SimulatedAPITests {
    @Test func aSessionIsToldAsJSONUnderTheClientsNameForTheEngine() async throws {
        try await EngineFixture.run { engine in
            let answer = try await engine.get("/ace/getstream?id=abc&format=json&pid=x").json
            #expect(answer["error"] is NSNull)
            let response = try #require(answer["response"] as? [String: Any])
            let infohash = try #require(response["infohash"] as? String)
            #expect(infohash.wholeMatch(of: /[0-9a-f]{40}/) != nil)
            for (name, part) in [("playback_url", "r"), ("stat_url", "stat"), ("command_url", "cmd")] {
                let url = try #require(response[name] as? String)
                #expect(url.hasPrefix("http://engine.test:1234/ace/\(part)/\(infohash)/"))
                #expect(url.split(separator: "/").last?.count == 32)
            }
            #expect((response["playback_session_id"] as? String)?.count == 40)
            #expect(response["is_live"] as? Int == 1)
            #expect(response["client_session_id"] as? Int == -1)
            let same = try await engine.open("infohash=\(infohash)")
            #expect(same["infohash"] == infohash)
            #expect(try await engine.open("content_id=abc")["infohash"] == infohash)
            #expect(try await engine.open("id=other")["infohash"] != infohash)
        }
    }

    @Test func withoutFormatTheClientIsRedirected() async throws {
        try await EngineFixture.run { engine in
            let answer = try await engine.get("/ace/getstream?id=abc")
            #expect(answer.status == 302)
            #expect(answer.header("Location")?.hasPrefix("http://engine.test:1234/ace/r/") == true)
        }
    }

    @Test func statusAndStopFollowTheSession() async throws {
        try await EngineFixture.run { engine in
            let session = try await engine.open("id=abc")
            let answer = try await engine.get(session["stat_url"] ?? "").json
            let status = try #require(answer["response"] as? [String: Any])
            #expect(status["status"] as? String == "dl")
            #expect(status["playback_session_id"] as? String == session["playback_session_id"])
            #expect((status["livepos"] as? [String: Any])?["last_ts"] is String)
            let stopped = try await engine.get((session["command_url"] ?? "") + "?method=stop")
            #expect(stopped.text == #"{"response":"ok","error":null}"#)
            let gone = try await engine.get(session["stat_url"] ?? "")
            #expect(gone.text == #"{"response":null,"error":"unknown playback session id"}"#)
            let state = try await engine.get("/sim/state").json
            #expect(state["open_sessions"] as? Int == 0)
            #expect(state["sessions_opened"] as? Int == 1)
            #expect(state["sessions_stopped"] as? Int == 1)
        }
    }

    @Test func theServiceEndpointsAnswerInTheirForms() async throws {
        try await EngineFixture.run { engine in
            #expect(
                try await engine.get("/webui/api/service?method=get_version").text
                    == #"{"result":{"code":3017000,"platform":"linux","version":"3.1.70"},"error":null}"#)
            let api = "/server/api?api_version=3&method="
            let network = try await engine.get(api + "get_network_connection_status").text
            #expect(network == #"{"result":{"connected":true}}"#)
            let status = try #require(try await engine.get(api + "get_status").json["result"] as? [String: Any])
            #expect(status["playlist_loaded"] as? Bool == true)
            let infohash = String(repeating: "a1", count: 20)
            let content = try await engine.get(api + "analyze_content&query=acestream:?infohash=\(infohash)").json
            #expect((content["result"] as? [String: Any])?["infohash"] as? String == infohash)
            let unknown = try await engine.get(api + "analyze_content&query=ftp:x").text
            #expect(unknown == #"{"error":{"message":"unknown protocol","code":0}}"#)
            for method in ["get_media_files&infohash=\(infohash)", "get_content_id&infohash=\(infohash)"] {
                #expect(try await engine.get(api + method).json["result"] is [String: Any])
            }
            for method in ["get_available_players", "get_api_access_token"] {
                #expect(try await engine.get(api + method).json["result"] is [String: Any])
            }
        }
    }

    @Test func otherRequestsAreRefused() async throws {
        try await EngineFixture.run { engine in
            #expect(try await engine.get("/nothing").status == 404)
            #expect(try await engine.get("/ace/r/abc/def").status == 404)
            #expect(try await TestClient.fetch("/ace/getstream?id=a", port: engine.port, method: "PUT").status == 405)
            let missing = try await engine.get("/ace/getstream").json
            #expect(missing["response"] is NSNull)
            #expect((missing["error"] as? String)?.contains("content_id") == true)
        }
    }

    @Test func aConnectionServesSeveralRequests() async throws {
        try await EngineFixture.run { engine in
            let client = try TestClient(port: engine.port)
            for _ in 0..<3 {
                let head = try await client.request("/server/api?method=get_network_connection_status")
                let length = try #require(head.header("Content-Length").flatMap { Int($0) })
                #expect(String(decoding: try await client.read(length), as: UTF8.self).contains("true"))
            }
        }
    }
}
