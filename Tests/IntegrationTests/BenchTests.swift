import Foundation
import TestSupport
import Testing

/// The project's own measurements, of which those are looked at that do not depend on the machine's speed.
@Suite struct BenchTests {
    private struct Report: Decodable {
        struct Measure: Decodable {
            let name: String
            let median: Double
            let goal: String?
            let isMet: Bool?
        }

        let row: String
        let rounds: Int
        let measures: [Measure]
    }

    @Test(.enabled(if: ProcessInfo.processInfo.activeProcessorCount >= 2), .timeLimit(.minutes(2)))
    func fiftyViewersAtOnceOpenOneEngineSessionWhichIsStoppedOnce() async throws {
        let report = try await run("fanout", "at-once")
        #expect(report.rounds == 1)
        for name in ["viewers fed", "engine sessions opened", "engine sessions stopped once all have left"] {
            let measure = try #require(report.measures.first { $0.name == name })
            #expect(measure.isMet == true, "\(name): \(measure.median), goal \(measure.goal ?? "none")")
        }
    }

    /// What hung engines or a load do to the answers, not how fast the machine is: the figures themselves are looked at
    /// only where a long run has the machine for itself.
    @Test(
        .enabled(if: ProcessInfo.processInfo.activeProcessorCount >= 2), .timeLimit(.minutes(10)),
        arguments: TestLength.isLong ? ["hung", "engines", "events", "leases", "fleet"] : ["hung", "events"])
    func everyRequestOfALoadIsAnswered(row: String) async throws {
        let report = try await run("api", row, within: .seconds(row == "fleet" ? 500 : 90))
        for measure in report.measures {
            let isCount = measure.goal.map { !$0.contains("≤") && !$0.contains("≥") } ?? false
            guard isCount || TestLength.isLong else { continue }
            #expect(measure.isMet != false, "\(measure.name): \(measure.median), goal \(measure.goal ?? "none")")
        }
        let slowest = try #require(report.measures.first { $0.name.hasSuffix("p99") })
        #expect(slowest.median < 2000, "\(slowest.name): \(slowest.median) ms")
    }

    @Test func aRowThatDoesNotExistIsRefusedWithThoseThatDo() async throws {
        let weir = try ApplianceRun.products().appending(path: "weir").path
        let call = try await SpawnedProgram.run([weir, "bench", "fanout", "--row", "nothing"], within: .seconds(30))
        #expect(call.exitCode == 64)
        #expect(call.output.contains("--row is one of 100, 500, 5000, unthrottled"), "\(call.output)")
    }

    private func run(_ bench: String, _ row: String, within limit: Duration = .seconds(90)) async throws -> Report {
        let weir = try ApplianceRun.products().appending(path: "weir").path
        let call = try await SpawnedProgram.run(
            [weir, "bench", bench, "--row", row, "--rounds", "1", "--json"], within: limit)
        #expect(call.exitCode == 0, "\(call.output)")
        let start = try #require(call.output.firstIndex(of: "["))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try #require(
            try decoder.decode([Report].self, from: Data(call.output[start...].utf8)).first { $0.row == row })
    }
}
