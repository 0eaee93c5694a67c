import ArgumentParser
import Foundation

/// `weir bench fanout`.
struct FanoutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fanout",
        abstract: "What it costs to feed many viewers, against a program that does nothing but send.")

    @Option(help: "Viewers: 100, 500 or 5000.")
    var viewers = 500

    @Option(help: "Rounds; nine or more tell from the noise.")
    var rounds = 9

    @Flag(help: "Print the figures as JSON.")
    var json = false

    func validate() throws {
        guard (1...100).contains(rounds) else { throw ValidationError("--rounds must be from 1 to 100") }
        guard FanoutScenario.all.contains(where: { $0.viewers == viewers }) else {
            throw ValidationError("--viewers must be 100, 500 or 5000")
        }
    }

    func run() throws {
        let programs = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
        guard let scenario = FanoutScenario.all.first(where: { $0.viewers == viewers }) else { return }
        let report = try Fanout(programs: programs, scenario: scenario, rounds: rounds).run { line in
            FileHandle.standardError.write(Data("measuring: \(line)\n".utf8))
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            return print(String(decoding: try encoder.encode(report), as: UTF8.self))
        }
        func figure(_ value: Double) -> String { String(format: "%.2f", value) }
        print(
            """
            viewers fed                         \(report.fed) of \(report.viewers)
            processor seconds a GB, proxy       \(figure(report.proxySecondsPerGB))
              the yardstick                     \(figure(report.yardstickSecondsPerGB))
            ratio, median                       \(figure(report.ratio))
              the yardstick by itself           \(report.selfRatios.map(figure).joined(separator: " … "))
            added delay p50 / p99               \(figure(report.proxyDelayP50)) / \(figure(report.proxyDelayP99)) ms
              the yardstick's p99               \(figure(report.yardstickDelayP99)) ms
            memory a viewer                     \(figure(report.bytesPerViewer / 1024)) kB
            """)
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
