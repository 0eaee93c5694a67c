import Foundation
import Telemetry
import Testing

/// Random registries, read back by programs that share no code with the library.
@Suite struct ReadersTests {
    private static let seeds = 1...200 as ClosedRange<UInt64>

    @Test func everyFormatSaysTheSameOfRandomRegistries() async throws {
        let folder = try makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        for seed in Self.seeds { try write(Specimen(seed: seed), to: folder) }
        let (exitCode, output) = try await read(folder)
        let lines = output.split(separator: "\n")
        #expect(exitCode == 0)
        #expect(lines.last?.hasPrefix("\(Self.seeds.count) registries, ") == true)
        #expect(lines.count == 1, "\(output.prefix(4000))")
    }

    /// What the readers would not notice is no test of them.
    @Test(arguments: [
        ("s.pb", "\u{1}"), ("s.text", "s_total 2"), ("s.text", "s_total 1\ns_total 1"), ("s.om", "# EOF\n"),
        ("s.omc", "s_total 1 # {trace_id=\"b\"} 1.0 1.000"), ("s.lines", "S s_total{} 3ff0000000000001"),
    ])
    func aDifferenceIsFound(file: String, text: String) async throws {
        let folder = try makeFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let registry = Registry()
        let counter: Counter = registry.counter(CounterFamily<NoLabels>("s_total", "One."))
        counter.increment(exemplar: [LabelPair("trace_id", "a")])
        try write(registry, as: "s", to: folder)
        let sound = try await read(folder)
        #expect(sound.output == "1 registries, 1 samples\n")
        try Data(text.utf8).write(to: folder.appending(path: file))
        #expect(try await read(folder).output.split(separator: "\n").count > 1)
    }

    private func read(_ folder: URL) async throws -> (exitCode: Int32, output: String) {
        try await ReaderTools.run(
            ReaderTools.python, [ReaderTools.reader.path, ReaderTools.messages.path, folder.path])
    }

    private func write(_ specimen: Specimen, to folder: URL) throws {
        let (lines, document) = try write(specimen.registry, as: "seed-\(specimen.seed)", to: folder)
        let found = Set(lines)
        let seed = "seed \(specimen.seed)"
        let missing = specimen.expected.filter { !found.contains($0) }
        #expect(missing.isEmpty, "\(seed): \(missing.prefix(3))")
        let natives = Dictionary(
            lines.filter { $0.hasPrefix("N ") }.map { (Self.key($0), $0) }, uniquingKeysWith: { $1 })
        let sums = Dictionary(
            lines.filter { $0.hasPrefix("S ") }.map { (Self.key($0), $0.suffix(16)) }, uniquingKeysWith: { $1 })
        for histogram in specimen.histograms {
            let series = ReadSample.series(histogram.name, histogram.labels)
            let problem = histogram.problem(with: natives[series] ?? "")
            #expect(problem == nil, "\(seed): \(series)")
            let sum = sums[ReadSample.series(histogram.name + "_sum", histogram.labels)] ?? ""
            #expect(histogram.isSum(String(sum)), "\(seed): sum of \(series)")
        }
        let difference = Set(document.lines).symmetricDifference(found.filter { !$0.hasPrefix("F ") })
        #expect(difference.isEmpty, "\(seed), OpenMetrics 2.0: \(difference.sorted().prefix(4))")
        #expect(document.lines.count == Set(document.lines).count, "\(seed): a line stands twice")
    }

    private static func key(_ line: String) -> String {
        String(line.split(separator: " ", maxSplits: 2)[1])
    }

    /// Writes every format of a registry. Returns what libprotobuf-c read and the OpenMetrics 2.0 document.
    @discardableResult
    private func write(
        _ registry: Registry, as name: String, to folder: URL
    ) throws -> (lines: [String], document: OpenMetrics2Document) {
        func write(_ bytes: [UInt8], _ suffix: String) throws {
            try Data(bytes).write(to: folder.appending(path: "\(name).\(suffix)"))
        }
        let protobuf = try registry.exposition(ScrapeRequest(.protobuf, histograms: .both))
        let lines = try ProtobufReader.lines(of: protobuf)
        try write(protobuf, "pb")
        try write(Array(lines.map { $0 + "\n" }.joined().utf8), "lines")
        try write(registry.exposition(ScrapeRequest(.text)), "text")
        try write(registry.exposition(ScrapeRequest(.text, isGzipped: true)), "gz")
        try write(registry.exposition(ScrapeRequest(.openMetrics)), "om")
        try write(registry.exposition(ScrapeRequest(.openMetrics, hasCreated: true)), "omc")
        let second = try registry.exposition(ScrapeRequest(.openMetrics2))
        do {
            return (lines, try OpenMetrics2Parser.parse(second))
        } catch {
            try? Data(second).write(to: URL(fileURLWithPath: "/tmp/weir-refused-\(name).om2"))
            throw ReaderTools.Missing(description: "\(name), OpenMetrics 2.0: \(error)")
        }
    }

    private func makeFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "weir-readers-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
