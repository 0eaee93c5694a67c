import Glibc
import Telemetry

/// Native and classic buckets worked out from their definition, slowly: the opposite of how the library does it.
struct NativeModel {
    /// The upper bound of a bucket, 2^(index·2^-schema), rounded once.
    static func bound(_ index: Int, _ schema: Int) -> Double {
        if schema <= 0 {
            let exponent = Double(index) * Double(1 << -schema)
            return exponent < -1074 ? 0 : exp2(exponent)
        }
        let steps = 1 << schema
        let octave = index >> schema
        let step = index & (steps - 1)
        #if arch(x86_64)
            let significand = step == 0 ? 1 : Double(exp2l(Float80(step) / Float80(steps)))
        #else
            let significand = step == 0 ? 1 : exp2(Double(step) / Double(steps))
        #endif
        return octave > 1023 ? .infinity : scalbn(significand, Int32(octave))
    }

    /// The bucket (bound(index − 1), bound(index)] that holds a magnitude.
    static func index(_ magnitude: Double, _ schema: Int) -> Int {
        let scale = schema >= 0 ? Double(1 << schema) : 1 / Double(1 << -schema)
        var index = Int((log2(magnitude) * scale).rounded(.up))
        while bound(index, schema) < magnitude { index += 1 }
        while bound(index - 1, schema) >= magnitude { index -= 1 }
        return index
    }

    /// The buckets of values in a given view, as a snapshot has them.
    static func snapshot(
        of values: [Double], classicBounds: [Double], schema: Int, zeroThreshold: Double
    ) -> HistogramSnapshot {
        var classic = [UInt64](repeating: 0, count: classicBounds.count + 1)
        var positive: [Int: UInt64] = [:]
        var negative: [Int: UInt64] = [:]
        var zero: UInt64 = 0
        var sum = 0.0
        for value in values where value.isFinite {
            classic[classicBounds.firstIndex { value <= $0 } ?? classicBounds.count] += 1
            sum += value
            if value.magnitude <= zeroThreshold {
                zero += 1
            } else if value > 0 {
                positive[index(value, schema), default: 0] += 1
            } else {
                negative[index(-value, schema), default: 0] += 1
            }
        }
        func buckets(_ counts: [Int: UInt64]) -> [HistogramSnapshot.Bucket] {
            counts.sorted { $0.key < $1.key }.map { HistogramSnapshot.Bucket(index: $0.key, count: $0.value) }
        }
        return HistogramSnapshot(
            classic: classic, sum: sum, schema: schema, zeroThreshold: zeroThreshold, zeroCount: zero,
            positive: buckets(positive), negative: buckets(negative))
    }
}

extension HistogramSnapshot {
    /// What must hold of every histogram at every moment.
    var isConsistent: Bool {
        let native = (positive + negative).reduce(zeroCount) { $0 + $1.count }
        return native == classic.reduce(0, +) && native == count
            && zip(positive, positive.dropFirst()).allSatisfy { $0.index < $1.index }
            && zip(negative, negative.dropFirst()).allSatisfy { $0.index < $1.index }
    }
}
