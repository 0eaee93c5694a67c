import Glibc
import Telemetry
import Testing

@Suite struct ScrapePieceTests {
    struct Name: LabelSet {
        static var labelNames: [String] { ["name"] }
        var labelValues: [String] { [name] }
        let name: String
    }

    static let formats: [ExpositionFormat] = [.text, .openMetrics, .openMetrics2, .protobuf]

    /// Counters, gauges and histograms, about 3 MB of text.
    private static func largeRegistry() -> Registry {
        let registry = Registry()
        let counters: CounterVector<Name> = registry.counter(
            CounterFamily<Name>("paints_total", "Paints.", limit: 20_000))
        let gauges: GaugeVector<Name> = registry.gauge(GaugeFamily<Name>("depth", "Depth.", limit: 20_000))
        let histograms: HistogramVector<Name> = registry.histogram(
            HistogramFamily<Name>("wait_seconds", "Wait.", upperBounds: [0.1, 1, 10], storage: .shared))
        for number in 0..<20_000 {
            counters[Name(name: "child-\(number)")].increment(by: number)
            gauges[Name(name: "child-\(number)")].set(number)
            if number < 500 { histograms[Name(name: "child-\(number)")].observe(Double(number) / 10) }
        }
        return registry
    }

    /// For the tests that only read.
    private static let large = largeRegistry()

    /// The exposition in its pieces; `between` runs after each.
    private func pieces(_ scrape: consuming Scrape, between: () -> Void = {}) throws -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        while try scrape.nextPiece({ pieces.append(Array($0)) }) { between() }
        return pieces
    }

    @Test(arguments: formats)
    func aLargeExpositionComesInBoundedPieces(format: ExpositionFormat) throws {
        let registry = Self.large
        let pieces = try pieces(registry.scrape(ScrapeRequest(format)))
        let whole = registry.exposition(format)
        #expect(whole.count > 1 << 20)
        #expect(pieces.count > 10)
        #expect(pieces.allSatisfy { !$0.isEmpty && $0.count <= 2 * Scrape.pieceLength })
        #expect(Array(pieces.joined()) == whole)
    }

    /// What stands before a family's children may itself fill a piece.
    @Test(arguments: formats, [1, 65_000, 65_480, 65_536, 70_000, 200_000])
    func aFamilysHeaderComesOnce(format: ExpositionFormat, helpLength: Int) throws {
        let registry = Registry()
        let help = String(repeating: "x", count: helpLength)
        let counter: Counter = registry.counter(CounterFamily<NoLabels>("a_total", "Help."))
        counter.increment()
        for number in 0..<3 {
            let gauges: GaugeVector<Name> = registry.gauge(GaugeFamily<Name>("b_\(number)", help))
            for child in 0..<3 { gauges[Name(name: "\(child)")].set(child) }
        }
        let whole = registry.exposition(format)
        let expected = 3 * helpLength
        let helped = whole.count { $0 == UInt8(ascii: "x") }
        #expect((expected..<expected + 20).contains(helped), "\(helped) bytes of help, \(expected) are right")
        #expect(Array(try pieces(registry.scrape(ScrapeRequest(format))).joined()) == whole)
    }

    /// Headers at every place around the end of a piece.
    @Test(arguments: formats)
    func noFamilyIsAnnouncedTwice(format: ExpositionFormat) throws {
        let registry = Registry()
        for number in 0..<400 {
            let gauge: Gauge = registry.gauge(
                GaugeFamily<NoLabels>(
                    "level_\(number)_is", "Help \(String(repeating: "text ", count: 100 + number % 97))of level."))
            gauge.set(number)
        }
        let bytes = registry.exposition(format)
        #expect(bytes.count > 1 << 17)
        #expect(bytes.occurrences(of: "of level.") == 400)
    }

    @Test(arguments: formats)
    func childrenThatComeAndGoDoNotDisturbAScrapeThatIsOn(format: ExpositionFormat) throws {
        let registry = Self.largeRegistry()
        let counters: CounterVector<Name> = registry.counter(
            CounterFamily<Name>("paints_total", "Paints.", limit: 20_000))
        var number = 0
        let pieces = try pieces(registry.scrape(ScrapeRequest(format, names: ["paints_total"]))) {
            counters.remove(Name(name: "child-\(number)"))
            counters[Name(name: "new-\(number)")].increment()
            number += 1
        }
        #expect(number > 5)
        let joined = Array(pieces.joined())
        #expect(joined.occurrences(of: "new-") == 0)
        #expect(joined.occurrences(of: "child-") == 20_000)
        let after = try registry.exposition(ScrapeRequest(format, names: ["paints_total"]))
        #expect(after.occurrences(of: "new-") == number)
        #expect(after.occurrences(of: "child-") == 20_000 - number)
    }

    @Test func severalScrapesAtOnceDoNotDisturbEachOther() async throws {
        let registry = Self.large
        let whole = Dictionary(uniqueKeysWithValues: Self.formats.map { ($0, registry.exposition($0)) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for format in Self.formats + Self.formats {
                group.addTask {
                    var bytes: [UInt8] = []
                    var scrape = registry.scrape(ScrapeRequest(format))
                    while try scrape.nextPiece({ bytes.append(contentsOf: $0) }) { sched_yield() }
                    #expect(bytes == whole[format])
                }
            }
            try await group.waitForAll()
        }
        // Interleaved on one thread.
        final class Reading {
            var scrape: Scrape

            init(_ scrape: consuming Scrape) { self.scrape = scrape }
        }
        let scrapes = Self.formats.map { Reading(registry.scrape(ScrapeRequest($0))) }
        var bytes = [[UInt8]](repeating: [], count: scrapes.count)
        var isOn = true
        while isOn {
            isOn = false
            for index in scrapes.indices
            where try scrapes[index].scrape.nextPiece({ bytes[index].append(contentsOf: $0) }) { isOn = true }
        }
        for (index, format) in Self.formats.enumerated() { #expect(bytes[index] == whole[format]) }
    }

    @Test func aScrapeThatTakesTooLongIsBrokenOff() throws {
        let registry = Self.large
        let timeout = #expect(throws: ScrapeTimeout.self) {
            try registry.exposition(ScrapeRequest(timeout: .nanoseconds(1)))
        }
        #expect(timeout?.allowed == .nanoseconds(1))
        var scrape = registry.scrape(ScrapeRequest(timeout: .milliseconds(300)))
        #expect(try scrape.nextPiece { _ in })
        usleep(350_000)
        #expect(throws: ScrapeTimeout.self) { try scrape.nextPiece { _ in } }
        #expect(try !scrape.nextPiece { _ in })
    }

    @Test func anEmptyRegistryIsAnEmptyExposition() throws {
        let registry = Registry()
        #expect(registry.exposition(.text).isEmpty)
        #expect(registry.exposition(.protobuf).isEmpty)
        #expect(registry.exposition(.openMetrics) == Array("# EOF\n".utf8))
        #expect(registry.exposition(.openMetrics2) == Array("# EOF\n".utf8))
        #expect(try Gunzip.inflated(registry.exposition(ScrapeRequest(isGzipped: true))).isEmpty)
    }

    @Test(arguments: formats)
    func compressedIsTheSame(format: ExpositionFormat) throws {
        let registry = Self.large
        let pieces = try pieces(registry.scrape(ScrapeRequest(format, isGzipped: true)))
        let whole = registry.exposition(format)
        let bytes = Array(pieces.joined())
        #expect(bytes.count < whole.count / 4)
        #expect(pieces.allSatisfy { !$0.isEmpty && $0.count <= 2 * Scrape.pieceLength })
        #expect(try Gunzip.inflated(bytes) == whole)
    }

    /// A scrape's own cost is in the next one: its bytes, its series, its time.
    @Test(arguments: formats, [false, true])
    func everyByteIsCounted(format: ExpositionFormat, isGzipped: Bool) throws {
        let registry = Registry()
        ScrapeCost(registry: registry)
        let gauges: GaugeVector<Name> = registry.gauge(GaugeFamily<Name>("depth", "Depth.", limit: 5000))
        var sent = 0
        for children in [1, 5000] {
            for child in 0..<children { gauges[Name(name: "\(child)")].set(child) }
            sent += try registry.exposition(ScrapeRequest(format, isGzipped: isGzipped)).count
            let families = Dictionary(uniqueKeysWithValues: registry.snapshot().map { ($0.family.name, $0) })
            let bytes = families["telemetry_scrape_bytes_total"]?.children.first {
                $0.labels == [LabelPair("format", format.rawValue)]
            }
            #expect(bytes?.value == .counter(Double(sent), exemplar: nil))
        }
    }
}

extension [UInt8] {
    /// How often a text occurs.
    func occurrences(of text: StaticString) -> Int {
        withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, bytes.count >= text.utf8CodeUnitCount else { return 0 }
            let first = text.utf8Start[0]
            var count = 0
            for place in 0...bytes.count - text.utf8CodeUnitCount
            where bytes[place] == first && memcmp(base + place, text.utf8Start, text.utf8CodeUnitCount) == 0 {
                count += 1
            }
            return count
        }
    }
}
