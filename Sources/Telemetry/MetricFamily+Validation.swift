extension MetricFamily {
    /// What is wrong with this declaration, one sentence each; empty when it may be registered.
    ///
    /// Rules: the data model of prometheus.io and the naming rules of promlint that concern a single family.
    public var problems: [String] {
        var problems: [String] = []
        if !Self.isMetricName(name) {
            problems.append("\"\(name)\" is not a metric name: allowed is [a-zA-Z_][a-zA-Z0-9_]*")
        }
        if !hasEarlierName, (kind == .counter) != name.hasSuffix("_total") {
            problems.append("\(name): the suffix _total belongs to counters, and to each of them")
        }
        for suffix in ["_bucket", "_count", "_sum"] where name.hasSuffix(suffix) {
            problems.append("\(name): the suffix \(suffix) is reserved for histograms' own series")
        }
        if help.isEmpty { problems.append("\(name): the help text is missing") }
        for label in labelNames {
            if !Self.isMetricName(label) || label.hasPrefix("__") {
                problems.append("\(name): \"\(label)\" is not a label name")
            }
            if label == "le" || label == "quantile" {
                problems.append("\(name): the label \(label) is reserved")
            }
        }
        if Set(labelNames).count != labelNames.count {
            problems.append("\(name): a label is declared twice")
        }
        if (kind == .info) != name.hasSuffix("_info") {
            problems.append("\(name): the suffix _info belongs to information, and to each of it")
        }
        if limit < 1 { problems.append("\(name): the limit must allow at least one child") }
        if kind == .histogram {
            if upperBounds.isEmpty { problems.append("\(name): a histogram needs at least one bucket") }
            if !upperBounds.allSatisfy(\.isFinite)
                || zip(upperBounds, upperBounds.dropFirst()).contains(where: { $0 >= $1 })
            {
                problems.append("\(name): bucket bounds must be finite and strictly ascending")
            }
        }
        return problems
    }

    /// What is wrong with these declarations together, one sentence each; empty when they may be registered.
    public static func problems(in families: [MetricFamily]) -> [String] {
        var problems = families.flatMap(\.problems)
        var owners: [String: String] = [:]
        for family in families {
            for name in family.seriesNames {
                if let owner = owners[name] {
                    problems.append(
                        owner == family.name
                            ? "\(name) is declared twice"
                            : "\(name) is a name of \(owner) and of \(family.name)")
                }
                owners[name] = family.name
            }
        }
        return problems
    }

    /// The family's name and those of all its series, in all formats: OpenMetrics 1.0 calls a counter's family by the
    /// name without `_total`, so that a gauge cannot have it, and has `_created` samples.
    private var seriesNames: [String] {
        let base = name(in: .openMetrics)
        let names = base == name ? [name] : [name, base]
        return switch kind {
        case .histogram: names + ["_bucket", "_count", "_sum", "_created"].map { name + $0 }
        case .counter: names + [base + "_created"]
        case .gauge, .info, .stateSet: names
        }
    }

    private static func isMetricName(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
