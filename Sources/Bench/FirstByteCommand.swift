import ArgumentParser
import Foundation

/// `weir bench first-byte`.
struct FirstByteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "first-byte",
        abstract: "How long viewers wait for their first byte, and what a stalled one does to another.")

    @Option(help: "Streams and viewers to measure.")
    var rounds = 50

    @Flag(help: "Print the figures, in milliseconds, as JSON.")
    var json = false

    func validate() throws {
        guard (4...1000).contains(rounds) else { throw ValidationError("--rounds must be from 4 to 1000") }
    }

    func run() throws {
        let programs = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
        let report = try FirstByte(programs: programs, rounds: rounds).run { line in
            FileHandle.standardError.write(Data("measuring: \(line)\n".utf8))
        }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            encoder.keyEncodingStrategy = .convertToSnakeCase
            print(String(decoding: try encoder.encode(report), as: UTF8.self))
            return
        }
        func ms(_ value: Double) -> String { String(format: "%8.2f ms", value) }
        print(
            """
            new stream, engine itself     \(ms(report.engineMedian))   (noise \(ms(report.engineNoise)))
            new stream, through the proxy \(ms(report.proxyMedian))   (noise \(ms(report.proxyNoise)))
            the proxy adds                \(ms(report.proxyMedian - report.engineMedian))   goal 5 ms
            joining viewer, median        \(ms(report.joinMedian))   goal 5 ms
            joining viewer, p99           \(ms(report.joinP99))
            longest gap, viewer alone     \(ms(report.gapAlone))
            longest gap beside a stalled  \(ms(report.gapBesideStalled))
            """)
    }
}
