import Glibc
import Telemetry
import Testing
import TestSupport

@Suite struct NativeHistogramTests {
    private static let bounds = [-1, 0, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    private static let seeds: [UInt64] = [1, 2, 3, 4]

    private func histogram(
        _ native: NativeBucketing, bounds: [Double] = bounds, storage: CounterStorage = .perThread
    ) -> (Registry, Histogram) {
        let registry = Registry()
        let family = HistogramFamily<NoLabels>(
            "wait_seconds", "Wait.", upperBounds: bounds, native: native, storage: storage)
        return (registry, registry.histogram(family))
    }

    /// Values of every kind there is: ordinary, bounds and their neighbours, zero, tiny, huge, negative.
    private func values(_ count: Int, _ random: inout SeededGenerator) -> [Double] {
        (0..<count).map { _ in
            let sign = Int.random(in: 0..<4, using: &random) == 0 ? -1.0 : 1
            switch Int.random(in: 0..<12, using: &random) {
            case 0: return sign * 0
            case 1: return sign * Double.leastNonzeroMagnitude * Double(Int.random(in: 1...9, using: &random))
            case 2: return sign * Double.greatestFiniteMagnitude / Double(Int.random(in: 1_000...9_000, using: &random))
            case 3: return sign * exp2(Double.random(in: -1060...1000, using: &random))
            case 4, 5:
                let schema = Int.random(in: -4...8, using: &random)
                let bound = NativeModel.bound(Int.random(in: -60...60, using: &random), schema)
                return sign * ([bound, bound.nextUp, bound.nextDown].randomElement(using: &random) ?? bound)
            case 6: return [Double.nan, .infinity, -.infinity].randomElement(using: &random) ?? 1
            default: return sign * exp2(Double.random(in: -12...8, using: &random))
            }
        }
    }

    @Test(arguments: -4...8)
    func boundsAndIndexesAreThoseOfTheDefinition(schema: Int) {
        var random = SeededGenerator(seed: UInt64(schema + 100))
        for index in -700...700 {
            let bound = NativeModel.bound(index, schema)
            guard bound > 0, bound.isFinite else { continue }
            #expect(NativeBuckets.upperBound(index, schema: schema) == bound, "index \(index)")
            guard bound.isNormal else { continue }
            #expect(NativeBuckets.index(of: bound, schema: schema) == index)
            #expect(NativeBuckets.index(of: bound.nextUp, schema: schema) == index + 1)
            #expect(NativeBuckets.index(of: bound.nextDown, schema: schema) == index)
        }
        for value in values(3000, &random) where value.isFinite && value.magnitude.isNormal {
            let index = NativeBuckets.index(of: value.magnitude, schema: schema)
            #expect(index == NativeModel.index(value.magnitude, schema), "\(value), seed \(schema + 100)")
        }
    }

    @Test(arguments: -4...8, seeds)
    func aHistogramHoldsWhatTheDefinitionSays(schema: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let storage: CounterStorage = seed % 2 == 0 ? .shared : .perThread
        let (_, histogram) = histogram(
            NativeBucketing(schema: schema, maximumBuckets: .max, zeroThreshold: 0x1p-128), storage: storage)
        let values = values(1500, &random)
        for value in values { histogram.observe(value) }
        var snapshot = histogram.snapshot
        var expected = NativeModel.snapshot(
            of: values, classicBounds: Self.bounds, schema: schema, zeroThreshold: 0x1p-128)
        let tolerance = values.filter(\.isFinite).reduce(0) { $0 + $1.magnitude } * 1e-12
        #expect(abs(snapshot.sum - expected.sum) <= tolerance, "seed \(seed)")
        (snapshot.sum, expected.sum) = (0, 0)
        #expect(snapshot == expected, "schema \(schema), seed \(seed)")
        #expect(snapshot.isConsistent)
    }

    @Test(arguments: [0, 0x1p-1074, 0x1p-1030, 0x1p-128, 0.001, 0.75, 1, 1.1, 1000], [-2, 0, 3, 8])
    func theZeroBucketHoldsWhatItsThresholdSays(threshold: Double, schema: Int) {
        var random = SeededGenerator(seed: 9)
        let (_, histogram) = histogram(
            NativeBucketing(schema: schema, maximumBuckets: .max, zeroThreshold: threshold))
        var values = values(800, &random)
        values += [threshold, threshold.nextUp, threshold.nextDown, threshold * 0.999, -threshold]
        for value in values { histogram.observe(value) }
        let snapshot = histogram.snapshot
        #expect(snapshot.zeroThreshold <= threshold)
        #expect(snapshot.zeroThreshold >= threshold / 2)
        let within = values.count { $0.magnitude <= snapshot.zeroThreshold }
        #expect(snapshot.zeroCount == UInt64(within))
        #expect(snapshot.isConsistent)
    }

    /// Every step of the limit, with values that come one by one: still what the definition says of the view that is
    /// shown, nothing shrinks while the view stays, the view never gets finer.
    @Test(arguments: [1, 2, 5, 20], seeds)
    func theLimitWidensThenHalves(limit: Int, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bucketing = NativeBucketing(
            schema: 8, maximumBuckets: limit, minimumResetInterval: nil, maximumZeroThreshold: 0.01)
        let (_, histogram) = histogram(bucketing)
        var seen: [Double] = []
        var last = histogram.snapshot
        for step in 0..<50 {
            for value in values(10, &random) {
                seen.append(value)
                histogram.observe(value)
            }
            let snapshot = histogram.snapshot
            #expect(snapshot.isConsistent)
            #expect(snapshot.schema <= last.schema && snapshot.zeroThreshold >= last.zeroThreshold)
            #expect(snapshot.zeroThreshold <= 0.01)
            let buckets = snapshot.positive.count + snapshot.negative.count
            #expect(buckets <= limit || snapshot.schema == -4, "\(buckets) buckets, seed \(seed), step \(step)")
            if snapshot.schema == last.schema, snapshot.zeroThreshold == last.zeroThreshold {
                #expect(snapshot.zeroCount >= last.zeroCount)
                for (old, new) in [(last.positive, snapshot.positive), (last.negative, snapshot.negative)] {
                    let counts = Dictionary(uniqueKeysWithValues: new.map { ($0.index, $0.count) })
                    #expect(old.allSatisfy { counts[$0.index, default: 0] >= $0.count }, "seed \(seed), step \(step)")
                }
            }
            last = snapshot
        }
        var expected = NativeModel.snapshot(
            of: seen, classicBounds: Self.bounds, schema: last.schema, zeroThreshold: last.zeroThreshold)
        (last.sum, expected.sum) = (0, 0)
        #expect(last == expected, "limit \(limit), seed \(seed)")
    }

    @Test func theZeroBucketIsWidenedBeforeTheResolutionIsHalved() {
        let (_, histogram) = histogram(
            NativeBucketing(schema: 0, maximumBuckets: 3, minimumResetInterval: .seconds(3600), maximumZeroThreshold: 1)
        )
        for exponent in -2...0 { histogram.observe(exp2(Double(exponent))) }
        #expect(histogram.snapshot.zeroThreshold == 0x1p-128)
        histogram.observe(2)
        #expect(histogram.snapshot.zeroThreshold == 0.25)
        #expect(histogram.snapshot.zeroCount == 1)
        for exponent in 2...4 { histogram.observe(exp2(Double(exponent))) }
        // Widened to 1, then 2, 4, 8, 16 are one too many: halved.
        let snapshot = histogram.snapshot
        #expect(snapshot.zeroThreshold == 1)
        #expect(snapshot.schema == -1)
        #expect(snapshot.zeroCount == 3)
        #expect(snapshot.positive == [.init(index: 1, count: 2), .init(index: 2, count: 2)])
    }

    @Test func aResetBeginsAnewWhenItsIntervalHasPassed() throws {
        let (registry, histogram) = histogram(
            NativeBucketing(schema: 3, maximumBuckets: 4, minimumResetInterval: .milliseconds(100)))
        func child() throws -> (created: Double, HistogramSnapshot) {
            let child = try #require(registry.snapshot().first?.children.first)
            guard case .histogram(let snapshot) = child.value else { throw Failure() }
            return (try #require(child.created), snapshot)
        }
        for value in [1.0, 2, 4, 8] { histogram.observe(value) }
        let before = try child()
        #expect(before.1.count == 4)
        usleep(150_000)
        for value in [16.0, -3, 1e300] { histogram.observe(value) }
        let after = try child()
        #expect(after.created >= before.created + 0.1)
        #expect(after.1.count == 0 && after.1.sum == 0 && after.1.isConsistent && after.1.schema == 3)
        // What comes after is counted from zero, in both kinds of buckets.
        for value in [16.0, -3, 1e300, 0.02] { histogram.observe(value) }
        let again = try child()
        #expect(again.created == after.created)
        var expected = NativeModel.snapshot(
            of: [16, -3, 1e300, 0.02], classicBounds: Self.bounds, schema: 3, zeroThreshold: 0x1p-128)
        #expect(again.1.count == 4)
        expected.sum = again.1.sum
        #expect(again.1 == expected)
        // The interval has not passed: coarser instead.
        for exponent in 0..<6 { histogram.observe(exp2(Double(exponent))) }
        let coarser = try child()
        #expect(coarser.created == after.created)
        #expect(coarser.1.count == 10 && coarser.1.schema < 3 && coarser.1.isConsistent)
        // All formats and the text say the same.
        let text = String(decoding: registry.exposition(), as: UTF8.self)
        #expect(text.contains("wait_seconds_count 10\n"))
    }

    struct Failure: Error {}

    @Test(arguments: seeds)
    func coarserViewsAreMergedFineOnes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let values = values(600, &random).filter { $0.isFinite && $0 > 0 && $0.isNormal }
        for raw in 0...8 {
            let fine = NativeModel.snapshot(of: values, classicBounds: [1], schema: raw, zeroThreshold: 0).positive
            for schema in -4...raw {
                let threshold = NativeModel.bound(Int.random(in: -20...2, using: &random), min(schema, 0))
                var buckets: [HistogramSnapshot.Bucket] = []
                var zero: UInt64 = 5
                NativeView(schema: schema, zeroThreshold: threshold)
                    .merge(fine, rawSchema: raw, into: &buckets, zeroCount: &zero)
                let expected = NativeModel.snapshot(
                    of: values, classicBounds: [1], schema: schema, zeroThreshold: threshold)
                #expect(buckets == expected.positive, "\(raw) to \(schema), seed \(seed)")
                #expect(zero == expected.zeroCount + 5)
            }
        }
    }

    @Test(arguments: seeds)
    func runsExpandToTheBuckets(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            var index = Int.random(in: -50...50, using: &random)
            let buckets = (0..<Int.random(in: 0...30, using: &random)).map { _ in
                index += [1, 1, 2, 3, 4, 5, 100].randomElement(using: &random) ?? 1
                return HistogramSnapshot.Bucket(index: index, count: .random(in: 1...9, using: &random))
            }
            var counts: [UInt64] = []
            NativeSpans.forEachCount(buckets) { counts.append($0) }
            var expanded: [HistogramSnapshot.Bucket] = []
            var place = 0
            var next = counts[...]
            var isFirst = true
            NativeSpans.forEach(buckets) { offset, length in
                #expect(length > 0 && (isFirst || offset > 2))
                isFirst = false
                place += offset
                for _ in 0..<length {
                    if let count = next.popFirst(), count > 0 { expanded.append(.init(index: place, count: count)) }
                    place += 1
                }
            }
            #expect(next.isEmpty && expanded == buckets, "seed \(seed)")
        }
    }

    @Test(
        arguments: [
            [1e305], [0x1p-1060, 0x1p-1030], [1e-300, 1e300], [-5, -1], [0x1p-1074, 1, 1.7e308], [1.7e308], [0],
            (1...100).map { Double($0) / 100 },
        ], [-4, 0, 3, 8])
    func anyBoundsWillDo(bounds: [Double], schema: Int) {
        var random = SeededGenerator(seed: 77)
        let (registry, histogram) = histogram(
            NativeBucketing(schema: schema, maximumBuckets: .max, minimumResetInterval: nil), bounds: bounds)
        let values = values(500, &random) + bounds + bounds.map(\.nextUp) + bounds.map(\.nextDown)
        for value in values { histogram.observe(value) }
        let expected = NativeModel.snapshot(
            of: values, classicBounds: bounds, schema: schema, zeroThreshold: 0x1p-128)
        let snapshot = histogram.snapshot
        #expect(snapshot.classic == expected.classic)
        #expect(snapshot.positive == expected.positive && snapshot.negative == expected.negative)
        #expect(snapshot.isConsistent)
        for format in ScrapePieceTests.formats { #expect(!registry.exposition(format).isEmpty) }
    }

    /// Thousands of populated buckets in one message.
    @Test func manyBucketsFitInEveryFormat() throws {
        let (registry, histogram) = histogram(
            NativeBucketing(schema: 8, maximumBuckets: .max, minimumResetInterval: nil))
        for index in stride(from: -12_000, to: 12_000, by: 3) { histogram.observe(NativeModel.bound(index, 8)) }
        #expect(histogram.snapshot.positive.count == 8000)
        for format in ScrapePieceTests.formats {
            #expect(try registry.exposition(ScrapeRequest(format, histograms: .both)).count > 500)
        }
    }

    @Test func aScrapeThatBeganBeforeAResetSeesNoLessThanNothing() throws {
        let (registry, histogram) = histogram(
            NativeBucketing(schema: 3, maximumBuckets: 4, minimumResetInterval: .zero))
        histogram.observe(1)
        var early = registry.scrape(ScrapeRequest(.openMetrics2))
        // More threads than ever recorded at once, so that there are new shards which the scrape does not know.
        CountingThreads.run(40) { histogram.observe(exp2(Double($0 % 12))) }
        #expect(histogram.count == 0)
        var text: [UInt8] = []
        while try early.nextPiece({ text.append(contentsOf: $0) }) {}
        #expect(String(decoding: text, as: UTF8.self).contains("{count:0,"))
    }

    @Test(arguments: [CounterStorage.perThread, .shared], [Duration.zero, nil])
    func limitsAreReachedWhileThreadsObserve(storage: CounterStorage, interval: Duration?) async throws {
        let (registry, histogram) = histogram(
            NativeBucketing(schema: 8, maximumBuckets: 12, minimumResetInterval: interval, maximumZeroThreshold: 0.01),
            storage: storage)
        let each = 20_000
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<3 {
                group.addTask {
                    var random = SeededGenerator(seed: UInt64(worker))
                    for number in 0..<each {
                        let spread = 1 + Double(number) / Double(each) * 20
                        histogram.observe((worker == 2 ? -1 : 1) * exp2(.random(in: -spread...spread, using: &random)))
                    }
                }
            }
            group.addTask {
                for number in 0..<60 {
                    #expect(histogram.snapshot.isConsistent)
                    _ = registry.exposition(ScrapePieceTests.formats[number % 4])
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
        if interval == nil { #expect(histogram.count == UInt64(3 * each)) }
        #expect(histogram.snapshot.isConsistent)
        #expect(histogram.snapshot.positive.count + histogram.snapshot.negative.count <= 12)
    }
}
