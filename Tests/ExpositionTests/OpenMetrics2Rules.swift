/// What the specification demands of an OpenMetrics 2.0 document beyond its grammar.
struct OpenMetrics2Rules {
    private typealias Refusal = OpenMetrics2Document.Refusal

    private static let types: Set = [
        "counter", "gauge", "histogram", "gaugehistogram", "stateset", "info", "summary", "unknown",
    ]

    private var names: Set<String> = []
    private var metadata: Set<String> = []
    /// The label sets of the family's metrics so far, and of the one that is open.
    private var metrics: Set<String> = []
    private var open: String?
    private var groups: Set<String> = []
    private var openGroup: String?

    /// A new family.
    mutating func begin(_ name: String, _ line: Int) throws {
        guard names.insert(name).inserted else { throw Refusal(line: line, reason: "\(name) is interleaved") }
        metadata = []
        metrics = []
        groups = []
        open = nil
        openGroup = nil
    }

    mutating func metadata(_ keyword: String, _ line: Int) throws {
        guard metrics.isEmpty else { throw Refusal(line: line, reason: "metadata behind samples") }
        guard metadata.insert(keyword).inserted else { throw Refusal(line: line, reason: "\(keyword)stands twice") }
    }

    func check(_ family: OpenMetrics2Document.Family, _ line: Int) throws {
        guard Self.types.contains(family.type) else { throw Refusal(line: line, reason: "no type \(family.type)") }
        if ["info", "stateset"].contains(family.type), !family.unit.isEmpty {
            throw Refusal(line: line, reason: "\(family.type) with a unit")
        }
        if family.type == "info", !family.name.hasSuffix("_info") {
            throw Refusal(line: line, reason: "an info whose name does not end in _info")
        }
    }

    mutating func check(
        _ sample: OpenMetrics2Document.Sample, of family: OpenMetrics2Document.Family, _ line: Int
    ) throws {
        func refuse(_ reason: String) -> Refusal { Refusal(line: line, reason: "\(family.name): \(reason)") }
        let names = sample.labels.map(\.name)
        guard Set(names).count == names.count else { throw refuse("a label stands twice") }
        for exemplar in sample.exemplars where Set(exemplar.labels.map(\.name)).count != exemplar.labels.count {
            throw refuse("an exemplar's label stands twice")
        }
        let metric = ReadSample.series("", sample.labels)
        if metric != open {
            guard metrics.insert(metric).inserted else { throw refuse("a metric is interleaved") }
            open = metric
        } else if sample.timestamp == nil {
            throw refuse("a metric stands twice")
        }
        if sample.start != nil, !["counter", "histogram", "summary", "unknown"].contains(family.type) {
            throw refuse("a start timestamp")
        }
        if !sample.exemplars.isEmpty, !["counter", "histogram", "gaugehistogram", "unknown"].contains(family.type) {
            throw refuse("an exemplar")
        }
        switch (family.type, sample.value) {
        case ("counter", .number(let value)):
            guard value >= 0 else { throw refuse("a counter that is negative or NaN") }
        case ("gauge", .number), ("unknown", .number): break
        case ("info", .number(let value)):
            guard value == 1 else { throw refuse("an info that is not 1") }
        case ("stateset", .number(let value)):
            guard value == 0 || value == 1 else { throw refuse("a state that is neither 0 nor 1") }
            guard names.contains(family.name) else { throw refuse("a state without its label") }
            try checkGroup(sample, family.name, line)
        case ("histogram", .histogram(let histogram)) where !histogram.isGauge:
            try check(histogram, names, refuse)
        case ("gaugehistogram", .histogram(let histogram)) where histogram.isGauge:
            try check(histogram, names, refuse)
        case ("unknown", .histogram(let histogram)):
            try check(histogram, names, refuse)
        case ("summary", .summary(let count, _, let quantiles)), ("unknown", .summary(let count, _, let quantiles)):
            guard count >= 0 else { throw refuse("a negative count") }
            guard !names.contains("quantile") else { throw refuse("a label quantile") }
            let quantiles = quantiles.map(\.quantile)
            guard quantiles.allSatisfy({ (0...1).contains($0) }), Self.isAscending(quantiles) else {
                throw refuse("quantiles out of order or range")
            }
        default: throw refuse("a value that does not fit \(family.type)")
        }
    }

    private mutating func checkGroup(
        _ sample: OpenMetrics2Document.Sample, _ name: String, _ line: Int
    ) throws {
        let group = ReadSample.series("", sample.labels.filter { $0.name != name })
        if group == openGroup { return }
        guard groups.insert(group).inserted else { throw Refusal(line: line, reason: "\(name): groups are mixed") }
        openGroup = group
    }

    private func check(
        _ histogram: OpenMetrics2Document.Histogram, _ labels: [String], _ refuse: (String) -> Refusal
    ) throws {
        guard histogram.count >= 0 || histogram.isGauge else { throw refuse("a count that is negative or NaN") }
        if let classic = histogram.classic {
            guard !labels.contains("le") else { throw refuse("a label le") }
            guard Self.isAscending(classic.map(\.bound)) else { throw refuse("buckets out of order") }
            for (lower, upper) in zip(classic, classic.dropFirst()) where lower.count > upper.count {
                throw refuse("a bucket is below the one before it")
            }
            guard classic.allSatisfy({ $0.count >= 0 }), classic.last?.count == histogram.count else {
                throw refuse("the bucket +Inf is not the count")
            }
        }
        guard let native = histogram.native else { return }
        guard (-4...8).contains(native.schema) else { throw refuse("the schema \(native.schema)") }
        guard native.zeroThreshold >= 0 else { throw refuse("a negative zero threshold") }
        let counts = [native.zeroCount] + (native.negative + native.positive).map(\.count)
        guard counts.allSatisfy({ $0 >= 0 }) || histogram.isGauge else { throw refuse("a bucket below zero") }
        let total = counts.reduce(0, +)
        guard histogram.sum.isNaN ? total <= histogram.count : total == histogram.count else {
            throw refuse("the native buckets are not the count")
        }
    }

    private static func isAscending(_ numbers: [Double]) -> Bool {
        zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
    }
}
