import ArgumentParser
import Foundation

/// `weir bench telemetry`.
struct TelemetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "telemetry", abstract: "What recording and scraping metrics costs.")

    @Flag(help: "Print the figures as JSON.")
    var json = false

    func run() throws {
        let report = TelemetryCost().run { line in
            FileHandle.standardError.write(Data("measuring: \(line)\n".utf8))
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            return print(String(decoding: try encoder.encode(report), as: UTF8.self))
        }
        func row(_ name: String, _ value: Double, _ unit: String, _ goal: String) {
            print(
                name.padding(toLength: 44, withPad: " ", startingAt: 0), String(format: "%8.2f %@", value, unit), goal)
        }
        row("histogram observe, classic and native", report.observeNs, "ns", "goal 5 (noise \(report.noiseNs))")
        row("  counted in one place for all threads", report.observeSharedNs, "ns", "goal 10")
        row("  by two threads at once", report.observe2threadsRatio, "× ", "goal 1.2")
        row("counter increment", report.counterNs, "ns", "goal 1")
        row("observe through three label values", report.observeLabelsNs, "ns", "goal 25")
        row("  with values known at run time only", report.observeOpenLabelsNs, "ns", "")
        row("scrape of 100,000 series, text", report.scrapeTextMs100k, "ms", "goal 5")
        row("  protobuf", report.scrapeProtobufMs100k, "ms", "goal 3")
        row("  requests to the allocator", report.scrapeAllocations, "  ", "goal 0")
        row("slowest observation in 10,000 beside scrapes", report.observeP9999Ns, "ns", "goal 1000")
        row("a call and a plain addition, for comparison", report.plainAddNs, "ns", "")
    }
}
