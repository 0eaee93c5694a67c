import Foundation
import Glibc
import Testing

/// What was acknowledged survives the end of the process at any moment.
@Suite struct DurabilityTests {
    private static let isLong = ProcessInfo.processInfo.environment["WEIR_LONG"] != nil

    /// A batch of reports of streams on no engine of ours: they are recorded all the same.
    private static func batch(_ ids: [String]) -> String {
        let reports = ids.map { id in
            #"{"engine":{"host":"203.0.113.1","port":1},"stream":{"key_type":"infohash","key":"k"},"#
                + #""session":{"playback_session_id":"s","stat_url":"","#
                + #""command_url":""},"labels":{"stream_id":"\#(id)"}}"#
        }
        return #"{"started":[\#(reports.joined(separator: ","))]}"#
    }

    @Test func acknowledgedReportsSurviveEveryKill() async throws {
        let settings = ["STANDBY": "false", "MIN_REPLICAS": "0", "ENDED_STREAMS_MAX_ROWS": "1000000"]
        try await OrchestratorPair.around(settings) { pair async throws in
            var acknowledged: Set<String> = []
            for round in 0..<(Self.isLong ? 25 : 2) {
                let program = try pair.start(0, log: "round\(round).log")
                try await eventually("it is ready") { try await pair.isReady(0) }
                let killing = Task {
                    try await Task.sleep(for: .milliseconds(Int.random(in: 50...900)))
                    program.send(SIGKILL)
                }
                var number = 0
                while program.exitCode == nil {
                    let ids = (0..<20).map { "\(round)-\(number)-\($0)" }
                    number += 1
                    let file = pair.directory.appending(path: "batch.json")
                    try Self.batch(ids).write(to: file, atomically: true, encoding: .utf8)
                    let answer = try await pair.ask(0, "/events/batch", ["--data-binary", "@\(file.path)"])
                    if answer.status == 200, answer.exitCode == 0 { acknowledged.formUnion(ids) }
                }
                try await killing.value
            }
            _ = try pair.start(0, log: "last.log")
            try await eventually("it is ready again") { try await pair.isReady(0) }
            let known = Set(try await pair.streams(0).map(\.id))
            #expect(!acknowledged.isEmpty)
            #expect(acknowledged.subtracting(known).isEmpty)
        }
    }
}
