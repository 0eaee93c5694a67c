import Glibc

/// The bucket boundaries of native histograms with exponential schemas.
package enum NativeBuckets {
    /// 2 to a whole power.
    static func power(_ exponent: Int) -> Double {
        Double(sign: .plus, exponent: exponent, significand: 1)
    }

    /// The inclusive upper bound of a bucket, 2^(index/2^schema).
    package static func upperBound(_ index: Int, schema: Int) -> Double {
        guard schema > 0 else { return power(index << -schema) }
        let perOctave = 1 << schema
        let octave = index >> schema
        return power(octave) * significand(index - octave * perOctave, of: perOctave)
    }

    /// The bucket that holds a positive, finite value.
    package static func index(of value: Double, schema: Int) -> Int {
        let exponent = Int(value.exponent)
        let significand = value.significand
        if schema <= 0 {
            // Octave buckets (2^(e-1), 2^e], several of them merged for a negative schema.
            let octave = significand == 1 ? exponent : exponent + 1
            let width = 1 << -schema
            return (octave + width - 1) >> -schema
        }
        let perOctave = 1 << schema
        var step = 0
        while step < perOctave, Self.significand(step, of: perOctave) < significand { step += 1 }
        return exponent * perOctave + step
    }

    /// The highest index of a bucket that holds no magnitude above a threshold.
    package static func lastIndex(within threshold: Double, schema: Int) -> Int {
        guard threshold > 0 else { return .min }
        let index = index(of: threshold, schema: schema)
        return upperBound(index, schema: schema) <= threshold ? index : index - 1
    }

    /// The highest bucket bound that is not above a threshold; 0 when there is none.
    package static func lastBound(within threshold: Double, schema: Int) -> Double {
        threshold > 0 ? upperBound(lastIndex(within: threshold, schema: schema), schema: schema) : 0
    }

    /// 2^(step/steps), the same bits wherever it is computed.
    private static func significand(_ step: Int, of steps: Int) -> Double {
        step == 0 ? 1 : exp2(Double(step) / Double(steps))
    }
}
