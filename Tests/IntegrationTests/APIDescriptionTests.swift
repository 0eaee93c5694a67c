import Foundation
import TestSupport
import Testing

/// The API against its own description, and HTTP's rules, by programs that share no code with it.
@Suite struct APIDescriptionTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Requests derived from the description, valid and invalid ones: every answer is as described. Always a few valid
    /// ones for each operation; long runs ask in every way there is.
    @Test func everyAnswerIsAsDescribed() async throws {
        // With places enough for everybody, nobody waits long for an engine.
        let settings = [
            "API_KEY": "k", "MIN_REPLICAS": "0", "MAX_REPLICAS": "3", "MIN_PROVISION_INTERVAL_S": "0",
            "MAX_STREAMS_PER_ENGINE": "1000",
        ]
        try await ServiceRun.around(.orchestrator, settings: settings) { run in
            try Data(Self.configuration.utf8).write(to: run.directory.appending(path: "schemathesis.toml"))
            let effort =
                TestLength.isLong
                ? ["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "50"]
                : ["--phases", "fuzzing", "--mode", "positive", "--max-examples", "2"]
            let words =
                [
                    "-C", run.directory.path, try Self.tool("schemathesis"), "run",
                    "http://\(run.address)/openapi.json", "-c", "all",
                    "-H", "Authorization: Bearer k", "--no-shrink", "--request-timeout", "90", "--max-response-time",
                    "90",
                    // Its answer does not end.
                    "--exclude-path", "/engines/stream",
                ] + effort
            let limit = Duration.seconds(TestLength.isLong ? 1800 : 120)
            let (exitCode, output) = try await SpawnedProgram.run(words, within: limit)
            #expect(exitCode == 0, "\(output.suffix(12_000))")
        }
    }

    @Test(arguments: ["/engines", "/streams", "/health"])
    func httpIsSpokenByTheBook(path: String) async throws {
        try await ServiceRun.around(.orchestrator) { run in
            let words = [
                "-C", run.directory.path, try Self.tool("redbot"), "-o", "text", "http://\(run.address)\(path)",
            ]
            let (exitCode, output) = try await SpawnedProgram.run(words, within: .seconds(60))
            #expect(exitCode == 0)
            #expect(output.contains("HTTP/1.1 200"), "\(output.prefix(4000))")
            #expect(!output.lowercased().contains("error"), "\(output.prefix(4000))")
        }
    }

    @Test func aBodyThatDoesNotComeIsGivenUp() async throws {
        try await ServiceRun.around(.orchestrator, settings: ["API_REQUEST_TIMEOUT_S": "1"]) { run in
            let request = "POST /scale/1 HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: 9\\r\\n\\r\\n{"
            let script = "exec 3<>/dev/tcp/127.0.0.1/\(run.port); printf '\(request)' >&3; timeout 30 head -n 1 <&3"
            let (_, output) = try await SpawnedProgram.run(["bash", "-c", script], within: .seconds(60))
            #expect(output.hasPrefix("HTTP/1.1 408"), "\(output)")
            #expect(try await run.curl("/health").status == 200)
        }
    }

    private static func tool(_ name: String) throws -> String {
        let path = root.appending(path: ".build/readers/bin/\(name)").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(description: "\(path) is missing; `deploy/test` makes it")
        }
        return path
    }

    private struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// The contract has answers of these kinds: no room for another engine, no VPN, no containers, an engine that an
    /// invented environment keeps from starting, a stream that has ended before. A stream that was deleted is one that
    /// has ended: it can be looked at on.
    private static let configuration = """
        [checks]
        not_a_server_error.expected-statuses = ["2xx", "3xx", "4xx", 500, 501, 503, 504]
        positive_data_acceptance.expected-statuses = ["2xx", "3xx", 400, 401, 403, 404, 409, 500, 501, 503, 504]

        [[operations]]
        include-path = "/streams/{id}"
        checks.use_after_free.enabled = false
        """
}
