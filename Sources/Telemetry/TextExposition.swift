/// Writes the Prometheus text format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
struct TextExposition {
    /// The `Content-Type` of what this writes.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var bytes: [UInt8] = []

    mutating func header(_ family: MetricFamily) {
        append("# HELP ")
        append(family.name)
        append(" ")
        appendEscaped(family.help, quotes: false)
        append("\n# TYPE ")
        append(family.name)
        append(" ")
        append(family.kind.rawValue)
        append("\n")
    }

    /// A sample line up to its value.
    mutating func prefix(_ name: String, _ suffix: String, _ labelNames: [String], _ labels: [String], bound: String?) {
        append(name)
        append(suffix)
        appendLabels(labelNames, labels, bound: bound)
        append(" ")
    }

    private mutating func appendLabels(_ names: [String], _ values: [String], bound: String?) {
        guard !names.isEmpty || bound != nil else { return }
        var separator = "{"
        for (name, value) in zip(names, values) {
            append(separator)
            append(name)
            append("=\"")
            appendEscaped(value, quotes: true)
            append("\"")
            separator = ","
        }
        if let bound {
            append(separator)
            append("le=\"")
            append(bound)
            append("\"")
        }
        append("}")
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
