/// Writes metadata and sample names of the two text formats, which differ in details.
struct TextExposition {
    let format: ExpositionFormat
    private(set) var bytes: [UInt8] = []

    init(_ format: ExpositionFormat) {
        self.format = format
    }

    mutating func header(_ family: MetricFamily) {
        let name = format == .openMetrics ? family.baseName : family.name
        let type = "# TYPE \(name) \(family.kind.rawValue)\n"
        switch format {
        case .text:
            help(name, family.help)
            append(type)
        case .openMetrics:
            append(type)
            if let unit = family.unit { append("# UNIT \(name) \(unit)\n") }
            help(name, family.help)
        }
    }

    /// A sample line up to its value.
    mutating func prefix(_ family: MetricFamily, _ line: SampleLine, _ labels: [String]) {
        append(line.isCreated ? family.baseName + "_created" : family.name + line.suffix)
        appendLabels(family.labelNames, labels, bound: line.bound.map(formatted))
        append(" ")
    }

    private mutating func help(_ name: String, _ text: String) {
        append("# HELP \(name) ")
        appendEscaped(text, quotes: format == .openMetrics)
        append("\n")
    }

    private mutating func appendLabels(_ names: [String], _ values: [String], bound: String?) {
        guard !names.isEmpty || bound != nil else { return }
        var separator = "{"
        for (name, value) in zip(names, values) {
            append("\(separator)\(name)=\"")
            appendEscaped(value, quotes: true)
            append("\"")
            separator = ","
        }
        if let bound { append("\(separator)le=\"\(bound)\"") }
        append("}")
    }

    /// The value of `le`: OpenMetrics wants floating-point numbers to look like it.
    private func formatted(_ bound: Double) -> String {
        format == .openMetrics && bound.isFinite ? bound.description : Self.format(bound)
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func appendEscaped(_ text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): append("\\\\")
            case UInt8(ascii: "\n"): append("\\n")
            case UInt8(ascii: "\"") where quotes: append("\\\"")
            default: bytes.append(byte)
            }
        }
    }

    /// Whole numbers without a fraction, everything else in the shortest form that reads back as the same number.
    static func format(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), abs(whole) < 1 << 53 { return String(whole) }
        return value.description
    }
}
