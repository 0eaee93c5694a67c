import ArgumentParser
import Foundation

/// `weir bench api`.
struct APICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api",
        abstract: "How fast the orchestrator answers and what it keeps, each figure beside its goal and its noise.")

    @Option(help: "What to measure; repeatable. All of it: all.")
    var row: [String] = []

    @Option(help: "Rounds (default: 5, 1 of fleet).")
    var rounds: Int?

    @Flag(help: "Print the figures as JSON.")
    var json = false

    func validate() throws {
        if let rounds, !(1...100).contains(rounds) { throw ValidationError("--rounds must be from 1 to 100") }
        _ = try rows
    }

    private var rows: [APIRow] {
        get throws {
            if row.contains("all") { return APIRow.allCases }
            return try (row.isEmpty ? ["engines"] : row).map { name in
                if let row = APIRow(rawValue: name) { return row }
                let allowed = APIRow.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("'\(name)' cannot be measured; --row is one of \(allowed), or all")
            }
        }
    }

    func run() throws {
        let reports = try rows.map { row in
            let report = try BenchReport.measuring(
                row.rawValue, title: row.title, rounds: rounds ?? row.defaultRounds, round: row.round)
            if !json { print(report.text) }
            return report
        }
        if json { print(try BenchReport.json(reports)) }
    }
}
