import ArgumentParser
import Foundation

/// `weir bench fanout`.
struct FanoutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fanout",
        abstract: "What many viewers cost and get, each figure beside its goal and its noise.")

    @Option(help: "What to measure; repeatable. All of it: all.")
    var row: [String] = []

    @Option(help: "The same as --row with 100, 500 or 5000.")
    var viewers: Int?

    @Option(help: "Rounds; nine or more tell from the noise (default: 9 beside the yardstick, else 5).")
    var rounds: Int?

    @Flag(help: "Print the figures as JSON.")
    var json = false

    func validate() throws {
        if let rounds, !(1...100).contains(rounds) { throw ValidationError("--rounds must be from 1 to 100") }
        _ = try rows
    }

    private var rows: [FanoutRow] {
        get throws {
            if row.contains("all") { return FanoutRow.allCases }
            let names = row + (viewers.map { ["\($0)"] } ?? [])
            return try (names.isEmpty ? ["500"] : names).map { name in
                if let row = FanoutRow(rawValue: name) { return row }
                let allowed = FanoutRow.allCases.map(\.rawValue).joined(separator: ", ")
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

/// `weir bench plain-sender`: the yardstick, started by `fanout`.
struct PlainSenderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plain-sender", abstract: "Send one stream to whoever connects, and nothing else.",
        shouldDisplay: false)

    @Argument(help: "The port to listen on.")
    var port: Int

    @Argument(help: "The source's port.")
    var source: Int

    func run() throws {
        try PlainSender.run(port: port, sourcePort: source)
    }
}
