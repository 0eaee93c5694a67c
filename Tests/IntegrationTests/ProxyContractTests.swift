import Foundation
import Testing

/// The built weir-proxy against the built simulated engine: what clients of the earlier proxies rely on.
@Suite struct ProxyContractTests {
    /// One request and what it is answered; `text` is the whole body, nil where the body is a stream.
    private struct Row {
        var target: String
        var options: [String] = []
        var status: Int
        var type = "text/plain; charset=utf-8"
        var text: String?
    }

    private static let neither = "one of `id` or `infohash` must have a value\n"
    private static let both = "only one of `id` or `infohash` can have a value\n"
    private static let several = "only one of `id`, `content_id`, `infohash`, `url` or `magnet` can have a value\n"
    private static let notFound = "404 page not found\n"
    private static let wrongMethod = "Method not allowed\n"

    private static let rows = [
        Row(target: "/ace/getstream", status: 400, text: neither),
        Row(target: "/ace/getstream/", status: 400, text: neither),
        Row(target: "/ace/getstream?id=&infohash=", status: 400, text: neither),
        Row(target: "/ace/getstream?pid=1", status: 400, text: neither),
        Row(target: "/ace/getstream?id=a&infohash=b", status: 400, text: both),
        Row(target: "/ace/getstream/?infohash=b&id=a&pid=1", status: 400, text: both),
        Row(target: "/ace/getstream?id=a&url=http://h/", status: 400, text: several),
        Row(target: "/ace/getstream?magnet=magnet:?x&infohash=b", status: 400, text: several),
        Row(
            target: "/ace/getstream?url=ftp://h/", status: 400, text: "`url` must be an http:// or https:// address\n"),
        Row(
            target: "/ace/getstream?magnet=abc", status: 400,
            text: "`magnet` must be a link that begins with `magnet:?`\n"),
        Row(target: "/ace/getstream?id=a&pid=1", status: 400, text: "PID parameter is not allowed\n"),
        Row(target: "/ace/getstream?infohash=a&pid=", status: 400, text: "PID parameter is not allowed\n"),
        Row(target: "/ace/getstream?id=a", options: ["-X", "POST"], status: 405, text: wrongMethod),
        Row(target: "/ace/getstream/", options: ["-X", "DELETE"], status: 405, text: wrongMethod),
        Row(target: "/ace/status", options: ["-X", "PUT"], status: 405, text: wrongMethod),
        Row(target: "/ace/getstream?id=a", options: ["--head"], status: 200, type: "video/mp2t", text: ""),
        Row(target: "/ace/getstream/?magnet=magnet:?x", options: ["--head"], status: 200, type: "video/mp2t", text: ""),
        Row(
            target: "/ace/getstream?id=dead", status: 500,
            text: "Failed to start stream: failed to load content\n"),
        Row(
            target: "/ace/getstream?id=silent", status: 500,
            text: "Failed to start stream: the engine sent nothing in time\n"),
        Row(target: "/ace/status", status: 200, type: "application/json", text: #"{"status":"ok","streams":0}"#),
        Row(target: "/ace/status/", status: 200, type: "application/json", text: #"{"status":"ok","streams":0}"#),
        Row(target: "/ace/status?id=unknown", status: 404, text: "Stream not found\n"),
        Row(target: "/ace/status?infohash=unknown", status: 404, text: "Stream not found\n"),
        Row(target: "/", status: 404, text: notFound), Row(target: "/ace", status: 404, text: notFound),
        Row(target: "/", options: ["-X", "POST"], status: 404, text: notFound),
    ]

    @Test func everyRowOfTheContract() async throws {
        let arguments = ["-no-response-timeout=1s", "--empty-timeout", "5s"]
        try await Self.aroundProxyAndEngine(arguments) { run in
            for row in Self.rows {
                let reply = try await run.curl(row.target, row.options)
                let what: Comment = "\(row.options.joined(separator: " ")) \(row.target)"
                #expect(reply.status == row.status, what)
                #expect(reply.headers["content-type"] == row.type, what)
                #expect(reply.headers["x-content-type-options"] == "nosniff", what)
                if !row.options.contains("--head") { #expect(reply.text == row.text, what) }
                if row.status == 405 { #expect(reply.headers["allow"] == "GET, HEAD", what) }
            }
            let health = try await SpawnedProgram.run(
                ["curl", "-qf", "http://\(run.address)/ace/status"], within: .seconds(10))
            #expect(health.exitCode == 0)
        }
    }

    @Test(arguments: [
        "/ace/getstream?id=abc", "/ace/getstream/?id=abc", "/ace/getstream?infohash=abc",
        "/ace/getstream?content_id=abc&transcode_audio=1", "/ace/getstream?url=http%3A%2F%2Fh%2Fa.torrent",
        "/ace/getstream/?magnet=magnet%3A%3Fxt%3Durn%3Abtih%3Aabc",
    ])
    func aStreamComesAsBefore(target: String) async throws {
        try await Self.aroundProxyAndEngine { run in
            let reply = try await run.curl(target, ["--max-time", "1.5"])
            #expect(reply.status == 200)
            #expect(reply.headers["content-type"] == "video/MP2T")
            #expect(reply.headers["transfer-encoding"] == "chunked")
            #expect(reply.body.count > 188 * 100)
            #expect(reply.body.first == 0x47)
            let old = try await run.curl(target, ["--max-time", "1", "--http1.0"])
            #expect(old.status == 200)
            #expect(old.headers["transfer-encoding"] == nil)
        }
    }

    @Test func theProgramPrintsWhatItIsAskedForAndRefusesWhatItCannotUse() async throws {
        let license = try await Self.proxy(["-license"])
        #expect(license.exitCode == 0)
        #expect(license.output.hasPrefix("MIT License\n"))
        var root = URL(fileURLWithPath: #filePath)
        while !FileManager.default.fileExists(atPath: root.appending(path: "LICENSE").path), root.path != "/" {
            root.deleteLastPathComponent()
        }
        #expect(try license.output == String(contentsOf: root.appending(path: "LICENSE"), encoding: .utf8))
        for spelling in ["-help", "--help", "-h"] {
            let help = try await Self.proxy([spelling])
            #expect(help.exitCode == 0)
            #expect(help.output.contains("-noResponseTimeout"))
        }
        let wrong = try await Self.proxy(["-port=x", "--speed", "-addr", "nowhere"])
        #expect(wrong.exitCode == 64)
        #expect(wrong.output.split(separator: "\n").count == 3, "\(wrong.output)")
    }

    private static func proxy(_ arguments: [String]) async throws -> (exitCode: Int32, output: String) {
        let program = try ApplianceRun.products().appending(path: "weir-proxy").path
        return try await SpawnedProgram.run([program] + arguments, within: .seconds(20))
    }

    /// Runs both programs at free ports; the proxy gets its addresses by flags, though the environment names others.
    private static func aroundProxyAndEngine(
        _ arguments: [String] = [], _ body: (ServiceRun) async throws -> Void
    ) async throws {
        let directory = try ApplianceRun.makeDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let ports = try ServiceRun.freePorts()
        let run = ServiceRun(port: ports[0], directory: directory)
        let products = try ApplianceRun.products()
        let engine = try SpawnedProgram(
            products.appending(path: "weir-engine").path,
            ["--port", "\(ports[1])", "--dead", "dead", "--silent", "silent"],
            environment: ["PATH": SpawnedProgram.searchPath], log: directory.appending(path: "engine.log"))
        let proxy = try SpawnedProgram(
            products.appending(path: "weir-proxy").path,
            ["-addr", run.address, "--acestream-host=127.0.0.1", "-port", "\(ports[1])"] + arguments,
            environment: ["PATH": SpawnedProgram.searchPath, "ACEXY_ADDR": "127.0.0.1:1", "ACEXY_PORT": "1"],
            log: directory.appending(path: "proxy.log"))
        let outcome: Result<Void, any Error>
        do {
            let engineRun = ServiceRun(port: ports[1], directory: directory)
            try await eventually("the programs answer", within: .seconds(30)) {
                let states = [try await run.curl("/ace/status"), try await engineRun.curl("/sim/state")]
                return states.allSatisfy { $0.status == 200 }
            }
            try await body(run)
            outcome = .success(())
        } catch {
            outcome = .failure(Overdue(description: "\(error); the proxy printed: \(proxy.output)"))
        }
        await ServiceRun.end(proxy, in: directory)
        await ServiceRun.end(engine, in: directory)
        try outcome.get()
    }
}
