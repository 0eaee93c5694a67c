import Telemetry
import Testing
import TestSupport

/// Random bytes, most of them from the syntax at hand, for everything that reads or writes text. Nothing may trap or
/// take long, and what comes out must be valid.
@Suite(.serialized) struct FuzzTests {
    struct Name: LabelSet {
        static var labelNames: [String] { ["name"] }
        var labelValues: [String] { [name] }
        let name: String
    }

    private static let headerPieces = [
        ",", ";", "=", "q=", "q=0.5", "q=1", ";q=0", "*/*", "*", "gzip", "x-gzip", "text/plain", "version=", "0.0.4",
        "1.0.0",
        "application/openmetrics-text", ";version=2.0.0", "application/vnd.google.protobuf", "encoding=delimited", "\"",
        " ",
        "proto=io.prometheus.client.MetricFamily", "\t", "1e", ".", "-", "nan", "inf", "0x", "identity", "/",
    ]
    private static let queryPieces = [
        "&", "=", "%", "%4", "%41", "%00", "%ff", "%zz", "+", "histograms", "histograms=both", "created=true",
        "created",
        "name[]=", "name%5B%5D=", "classic", "[", "]", "?", "#",
    ]
    private static let labelPieces = [
        "\\", "\"", "\n", "\\n", "\\\\", "\r", "{", "}", ",", "=", "#", " ", "\0", "\u{fffd}", "ä", "😀", "e\u{301}",
        "# EOF", "\u{2028}", "\u{85}", "name=\"", "_overflow",
    ]

    private static func text(_ pieces: [String], _ random: inout SeededGenerator) -> String {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...24, using: &random) {
            if Int.random(in: 0..<6, using: &random) == 0 {
                bytes.append(.random(in: 0...255, using: &random))
            } else {
                bytes += (pieces.randomElement(using: &random) ?? "").utf8
            }
        }
        if Int.random(in: 0..<200, using: &random) == 0 {
            bytes = Array(repeatElement(bytes, count: 50).joined())
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Calls `body` with new seeds until the time is over, and says how often.
    private func fuzz(_ what: String, _ body: (UInt64, inout SeededGenerator) throws -> Void) rethrows {
        let clock = ContinuousClock()
        let start = clock.now
        var seed = TestLength.seed
        var inputs = 0
        var slowest = Duration.zero
        while clock.now - start < TestLength.fuzzDuration {
            seed &+= 1
            var random = SeededGenerator(seed: seed)
            let began = clock.now
            try body(seed, &random)
            slowest = max(slowest, clock.now - began)
            inputs += 1
        }
        let seconds = (clock.now - start) / Duration.seconds(1)
        let rate = Int(Double(inputs) / seconds)
        print("\(what): \(inputs) inputs, \(rate) a second, slowest \(slowest), last seed \(seed)")
        #expect(inputs > 100)
        // Loose: the machine may be busy with something else.
        #expect(slowest < .seconds(10))
    }

    @Test func headersAndQueries() {
        fuzz("headers and queries") { seed, random in
            let accept = Self.text(Self.headerPieces, &random)
            let encoding = Self.text(Self.headerPieces, &random)
            let query = Self.text(Self.queryPieces, &random)
            let timeout = Self.text(["1", "0", ".", "e", "-", "9", "x", "inf", "nan"], &random)
            for range in MediaRange.parse(accept) {
                if !(0...1).contains(range.quality) || range.type.isEmpty {
                    Issue.record("\(range.type) with quality \(range.quality), seed \(seed)")
                }
            }
            let format = ExpositionFormat(accept: accept)
            if format == .protobuf, !accept.lowercased().contains("protobuf") { Issue.record("protobuf, seed \(seed)") }
            if format == .openMetrics || format == .openMetrics2, !accept.lowercased().contains("openmetrics") {
                Issue.record("\(format), seed \(seed)")
            }
            do throws(ScrapeRequestError) {
                let request = try ScrapeRequest(
                    accept: accept, acceptEncoding: encoding, scrapeTimeout: timeout, query: query)
                let isSound =
                    request.format == format
                    && (!request.isGzipped || encoding.contains("*") || encoding.lowercased().contains("gzip"))
                    && request.timeout ?? .seconds(1) >= .zero
                if !isSound { Issue.record("\(request), seed \(seed)") }
            } catch {
                if !["histograms", "created"].contains(error.parameter) { Issue.record("\(error), seed \(seed)") }
            }
            for pair in QueryText.pairs(query) where pair.key.utf8.count + pair.value.utf8.count > 3 * query.utf8.count
            {
                Issue.record("a query grows, seed \(seed)")
            }
        }
    }

    @Test(arguments: [ExpositionFormat.text, .openMetrics, .openMetrics2])
    func labelValuesComeBackFromTheTextFormats(format: ExpositionFormat) {
        let registry = Registry()
        let vector: GaugeVector<Name> = registry.gauge(GaugeFamily<Name>("depth", "Depth."))
        fuzz("label values in \(format.rawValue)") { seed, random in
            let value = Self.text(Self.labelPieces, &random)
            let labels = Name(name: value)
            vector[labels].set(7)
            defer { vector.remove(labels) }
            let bytes = registry.exposition(format)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                Issue.record("no UTF-8, seed \(seed)")
                return
            }
            let samples = text.utf8.split(separator: UInt8(ascii: "\n")).filter { $0.first != UInt8(ascii: "#") }
            let found = samples.first.flatMap { LabelText.value(of: "name", in: $0) }
            let expected = value.replacing("\0", with: "\u{fffd}")
            let isWhole = expected.utf8.count <= MetricFamily.maximumLabelValueLength
            let isRight = isWhole ? found == Array(expected.utf8) : found.map { Array(expected.utf8).starts(with: $0) }
            if samples.count != 1 || isRight != true { Issue.record("\(value.debugDescription), seed \(seed)") }
        }
    }

    @Test func helpTextsAndExemplarsBreakNoLine() {
        fuzz("help texts and exemplars") { seed, random in
            let registry = Registry()
            let help = Self.text(Self.labelPieces, &random)
            let family = CounterFamily<NoLabels>("paints_total", help.isEmpty ? "Help." : help)
            let counter: Counter = registry.counter(family)
            counter.increment(exemplar: [LabelPair("trace_id", Self.text(Self.labelPieces, &random))])
            for (format, lines) in [(ExpositionFormat.text, 3), (.openMetrics, 4), (.openMetrics2, 4)] {
                let found = registry.exposition(format).split(separator: UInt8(ascii: "\n"))
                if found.count != lines { Issue.record("\(found.count) lines in \(format.rawValue), seed \(seed)") }
            }
            if registry.exposition(.protobuf).isEmpty { Issue.record("nothing, seed \(seed)") }
        }
    }
}

/// A reader of one label's value in a sample line, written from the format's description.
enum LabelText {
    static func value(of name: StaticString, in line: Substring.UTF8View) -> [UInt8]? {
        guard let open = line.firstIndex(of: UInt8(ascii: "{")) else { return nil }
        var rest = line[line.index(after: open)...]
        for byte in Array("\(name)=\"".utf8) where rest.popFirst() != byte { return nil }
        var value: [UInt8] = []
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return Array(rest) == Array("} 7".utf8) ? value : nil
            case UInt8(ascii: "\\"):
                switch rest.popFirst() {
                case UInt8(ascii: "n"): value.append(UInt8(ascii: "\n"))
                case UInt8(ascii: "\\"): value.append(UInt8(ascii: "\\"))
                case UInt8(ascii: "\""): value.append(UInt8(ascii: "\""))
                default: return nil
                }
            default: value.append(byte)
            }
        }
        return nil
    }
}
