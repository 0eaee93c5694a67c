import Foundation
import Telemetry

/// The values that one histogram was given, and what must be shown of them, counted one by one.
struct ObservedHistogram {
    let name: String
    let labels: [(name: String, value: String)]
    let bounds: [Double]
    let bucketing: NativeBucketing
    var values: [Double] = []

    private var finite: [Double] { values.filter(\.isFinite) }

    /// Every bucket and the count, as ``ReadSample`` lines.
    var classicLines: [String] {
        let buckets = (bounds + [.infinity]).map { bound in
            let count = finite.count { $0 <= bound }
            return "S \(ReadSample.series(name + "_bucket", labels, bound: bound)) \(ReadSample.bits(Double(count)))"
        }
        return buckets + ["S \(ReadSample.series(name + "_count", labels)) \(ReadSample.bits(Double(finite.count)))"]
    }

    /// What is wrong with a native histogram that shows these values; nil when nothing is.
    func problem(with line: String) -> String? {
        let fields = line.split(separator: " ").map(String.init)
        guard fields.count == 9, let schema = Int(fields[4]), let bits = UInt64(fields[5], radix: 16) else {
            return "unreadable"
        }
        let threshold = Double(bitPattern: bits)
        var zeroCount = 0
        var positive: [Int: UInt64] = [:]
        var negative: [Int: UInt64] = [:]
        for value in finite {
            if value.magnitude <= threshold {
                zeroCount += 1
            } else if value > 0 {
                positive[Self.index(of: value, schema: schema), default: 0] += 1
            } else {
                negative[Self.index(of: -value, schema: schema), default: 0] += 1
            }
        }
        func shown(_ buckets: [Int: UInt64]) -> String {
            ReadSample.buckets(buckets.sorted { $0.key < $1.key }.map { (index: $0.key, count: $0.value) })
        }
        let wanted = [String(finite.count), String(zeroCount), shown(positive), shown(negative)]
        let found = [fields[2], fields[6], fields[7], fields[8]]
        if wanted != found { return "shows \(found), should show \(wanted) at schema \(schema), zero \(threshold)" }
        let populated = positive.count + negative.count
        if populated > bucketing.maximumBuckets, schema > -4 { return "has \(populated) buckets" }
        return schema > bucketing.schema ? "has schema \(schema)" : nil
    }

    /// Whether a sum is that of the values, but for rounding.
    func isSum(_ bits: String) -> Bool {
        let sum = UInt64(bits, radix: 16).map { Double(bitPattern: $0) } ?? .nan
        let expected = finite.reduce(0, +)
        let magnitude = finite.reduce(0) { $0 + $1.magnitude }
        guard magnitude.isFinite else { return true }
        return abs(sum - expected) <= magnitude * 1e-13
    }

    /// The smallest index whose bound 2^(index/2^schema) is not below a positive value.
    private static func index(of value: Double, schema: Int) -> Int {
        let width = exp2(Double(-schema))
        // Scaled, so that neither the bound nor the value leaves the range of normal numbers.
        let exponent = value.exponent
        let significand = value.significand
        var index = Int((log2(significand) / width).rounded(.down)) - 1
        if schema <= 0 {
            let octave = significand == 1 ? Int(exponent) : Int(exponent) + 1
            return Int((Double(octave) / width).rounded(.up))
        }
        while exp2(Double(index) * width) < significand { index += 1 }
        return index + Int(exponent) << schema
    }
}
