import EngineSimulator
import Foundation
import Outbound
import ProxyService
import Testing

/// The access log as a collector reads it.
@Suite struct AccessLogTests {
    private struct Line: Decodable {
        let time: String
        let client: String
        let method: String
        let route: String
        let path: String
        let status: Int
        let bytes: Int
        let duration_s: Double
        let first_byte_s: Double?
        let content: String?
        let session: String?
        let end: String?
        let user_agent: String
        let trace_id: String?
    }

    private static func lines(_ path: String) throws -> [Line] {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        return try text.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    private func around(_ body: (ProxyFixture, String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "weir-access-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await ProxyFixture.run(environment: ["ACEXY_ACCESS_LOG": path]) { try await body($0, path) }
    }

    @Test func aViewersLineIsWrittenWhenItLeaves() async throws {
        try await around { fixture, path in
            let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
            let player = try fixture.player(
                "abc", headers: "X-Forwarded-For: 192.0.2.1\r\ntraceparent: 00-\(trace)-00f067aa0ba902b7-01\r\n")
            #expect(await eventually { player.state.packets > 100 })
            #expect(try Self.lines(path).isEmpty)
            player.kill()
            #expect(try await eventually { try !Self.lines(path).isEmpty })
            let line = try #require(try Self.lines(path).first)
            #expect(line.client == "127.0.0.1")
            #expect(line.method == "GET")
            #expect(line.route == "/ace/getstream")
            #expect(line.path == "/ace/getstream")
            #expect(line.status == 200)
            #expect(line.bytes > 18_800)
            #expect(line.duration_s >= line.first_byte_s ?? .infinity)
            #expect(line.content == "content_id:abc")
            #expect(line.session != nil)
            #expect(line.end == "client_disconnected")
            #expect(line.user_agent == "test")
            #expect(line.trace_id == trace)
        }
    }

    @Test func otherRequestsAndRefusalsAreInItAndSecretsAreNot() async throws {
        try await around { fixture, path in
            _ = try await fixture.get("/ace/status?token=hunter2")
            _ = try await fixture.get("/metrics")
            _ = try await fixture.get("/no/such/page?api_key=hunter2")
            let url = "http%3A%2F%2Fuser%3Ahunter2%40192.0.2.1%2Fa%3Ftoken%3Dhunter2"
            let dead = try fixture.player(query: "url=\(url)&token=hunter2")
            #expect(await eventually { dead.state.packets > 10 || dead.state.status ?? 200 != 200 })
            dead.kill()
            #expect(try await eventually { try Self.lines(path).count == 4 })
            let lines = try Self.lines(path)
            #expect(lines.map(\.route) == ["/ace/status", "/metrics", "other", "/ace/getstream"])
            #expect(lines.map(\.path) == ["/ace/status", "/metrics", "/no/such/page", "/ace/getstream"])
            #expect(lines.prefix(3).map(\.status) == [200, 200, 404])
            #expect(lines[1].bytes > 1000)
            #expect(lines[3].content == "url:http://192.0.2.1/a")
            #expect(try !String(contentsOfFile: path, encoding: .utf8).contains("hunter2"))
        }
    }

    @Test func aLineStaysALineWhateverAPlayerCallsItself() async throws {
        try await around { fixture, path in
            let connection = try Connection(port: fixture.port)
            _ = await connection.exchange(
                "GET /ace/status HTTP/1.1\r\nHost: p\r\nConnection: close\r\nUser-Agent: a\"b\\c\td\r\n\r\n")
            #expect(try await eventually { try Self.lines(path).count == 1 })
            #expect(try Self.lines(path).first?.user_agent == "a\"b\\c\td")
        }
    }
}
