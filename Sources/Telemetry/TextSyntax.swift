/// Metadata and sample names of the text formats, which differ in details.
struct TextSyntax {
    let format: ExpositionFormat
    private(set) var bytes: [UInt8] = []

    init(_ format: ExpositionFormat) {
        self.format = format
    }

    mutating func header(_ family: MetricFamily) {
        let name = family.name(in: format)
        let type = "# TYPE \(name) \(family.type(in: format))\n"
        switch format {
        case .text, .protobuf:
            help(name, family.help)
            append(type)
        case .openMetrics, .openMetrics2:
            append(type)
            if let unit = family.unit { append("# UNIT \(name) \(unit)\n") }
            help(name, family.help)
        }
    }

    /// A sample line up to its value.
    mutating func prefix(_ family: MetricFamily, _ line: SampleLine, _ labels: [LabelPair]) {
        append(line.isCreated ? family.name(in: format) + "_created" : family.name + line.suffix)
        var labels = labels
        if let label = line.label { labels.append(label) }
        if let bound = line.bound { labels.append(LabelPair("le", formatted(bound))) }
        appendLabels(labels)
        append(" ")
    }

    mutating func appendLabels(_ labels: [LabelPair]) {
        guard !labels.isEmpty else { return }
        var separator = "{"
        for label in labels {
            append("\(separator)\(label.name)=\"")
            appendEscaped(label.value, quotes: true)
            append("\"")
            separator = ","
        }
        append("}")
    }

    private mutating func help(_ name: String, _ text: String) {
        append("# HELP \(name) ")
        appendEscaped(text, quotes: format != .text)
        append("\n")
    }

    /// The value of `le`: OpenMetrics wants floating-point numbers to look like it.
    private func formatted(_ bound: Double) -> String {
        format != .text && bound.isFinite ? Self.canonical(bound) : Self.format(bound)
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

    /// Whole numbers without a fraction, but for a negative zero, whose sign some readers would lose; everything else
    /// in the shortest form that reads back as the same number.
    static func format(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), abs(whole) < 1 << 53 {
            return whole == 0 && value.sign == .minus ? "-0.0" : String(whole)
        }
        return value.description
    }

    /// A bound as OpenMetrics 1.0 wants it and as Prometheus writes those of protobuf: always with a point or an
    /// exponent, from a million on with an exponent.
    private static func canonical(_ bound: Double) -> String {
        let text = bound.magnitude.description
        guard bound.magnitude >= 1e6, let point = text.firstIndex(of: "."), !text.contains("e") else {
            return bound.description
        }
        var digits = text.filter { $0 != "." }
        while digits.hasSuffix("0") { digits.removeLast() }
        let exponent = text.distance(from: text.startIndex, to: point) - 1
        let fraction = digits.dropFirst()
        return (bound < 0 ? "-" : "") + digits.prefix(1) + (fraction.isEmpty ? "" : ".\(fraction)")
            + (exponent < 10 ? "e+0\(exponent)" : "e+\(exponent)")
    }
}
