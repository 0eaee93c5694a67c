/// Facts read from an exposition, as lines that every reader writes in the same way, so that they can be compared
/// byte for byte:
///
/// - `F name type unit help`: a family.
/// - `S name{labels} value`: a sample as the text formats have it; buckets are cumulative, `le` is a number.
/// - `E name{labels} {labels} value time`: an exemplar of the sample.
/// - `C name{labels} time`: when a child began to count; the name is that of OpenMetrics 1.0.
/// - `N name{labels} count sum schema zero_threshold zero_count positive negative`: a native histogram.
///
/// Numbers are the 16 hexadecimal digits of their bits, texts the digits of their bytes, times milliseconds.
enum ReadSample {
    static func bits(_ value: Double) -> String {
        value.isNaN ? "nan" : hex(value.bitPattern, digits: 16)
    }

    static func hex(_ text: some Sequence<UInt8>) -> String {
        var digits: [UInt8] = []
        for byte in text {
            digits.append(digit(byte >> 4))
            digits.append(digit(byte & 15))
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// `bound` becomes the label `le`.
    static func series(_ name: String, _ labels: [(name: String, value: String)], bound: Double? = nil) -> String {
        var pairs = labels.map { "\($0.name)=\(hex($0.value.utf8))" }
        if let bound { pairs.append("le=\(bits(bound))") }
        return "\(name){\(pairs.sorted().joined(separator: ","))}"
    }

    static func buckets(_ buckets: [(index: Int, count: UInt64)]) -> String {
        "[" + buckets.filter { $0.count != 0 }.map { "\($0.index):\($0.count)" }.joined(separator: ",") + "]"
    }

    private static func hex(_ value: UInt64, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
