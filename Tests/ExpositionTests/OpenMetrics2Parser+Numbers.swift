import Foundation

/// Numbers and composite values.
extension OpenMetrics2Parser {
    /// `number`: a real number, an infinity or NaN, in any case.
    mutating func number() throws -> Double {
        var end = position
        while end < bytes.count, Self.isWordByte(bytes[end]) { end += 1 }
        let word = String(decoding: bytes[position..<end], as: UTF8.self).lowercased()
        let values: [String: Double] = [
            "nan": .nan, "inf": .infinity, "+inf": .infinity, "-inf": -.infinity, "infinity": .infinity,
            "+infinity": .infinity, "-infinity": -.infinity,
        ]
        if let value = values[word] {
            position = end
            return value
        }
        return try realNumber()
    }

    mutating func realNumber() throws -> Double {
        let start = position
        _ = takeSign()
        let whole = takeDigits()
        var fraction = 0
        if peek == UInt8(ascii: ".") {
            position += 1
            fraction = takeDigits()
        }
        guard whole + fraction > 0 else { throw refusal("no number at byte \(start)") }
        if let byte = peek, byte | 0x20 == UInt8(ascii: "e") {
            position += 1
            _ = takeSign()
            guard takeDigits() > 0 else { throw refusal("no exponent at byte \(position)") }
        }
        // strtod reads every form that the grammar allows, "1." and ".5" included.
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        let value = strtod(text, nil)
        guard value.isFinite else { throw refusal("\(text) is beyond a 64-bit number") }
        return value
    }

    /// `integer`.
    private mutating func integer() throws -> Int {
        let start = position
        _ = takeSign()
        guard takeDigits() > 0, let value = Int(String(decoding: bytes[start..<position], as: UTF8.self)) else {
            throw refusal("no integer at byte \(start)")
        }
        return value
    }

    private mutating func nonNegativeInteger() throws -> Int {
        if peek == UInt8(ascii: "-") { throw refusal("a negative number at byte \(position)") }
        return try integer()
    }

    private mutating func takeSign() -> Bool {
        guard peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") else { return false }
        position += 1
        return true
    }

    private mutating func takeDigits() -> Int {
        let start = position
        while let byte = peek, Self.isDigit(byte) { position += 1 }
        return position - start
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        isNameByte(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    /// `composite-value`, behind its opening brace.
    mutating func composite() throws -> OpenMetrics2Document.Value {
        let isGauge = take("gcount:")
        if !isGauge { try expect("count:") }
        let count = try number()
        if isGauge { try expect(",gsum:") } else { try expect(",sum:") }
        let sum = try number()
        if !isGauge, take(",quantile:[") {
            let quantiles = try list { parser in
                let quantile = try parser.realNumber()
                try parser.expect(":")
                return (quantile: quantile, value: try parser.number())
            }
            try expect("}")
            return .summary(count: count, sum: sum, quantiles: quantiles)
        }
        var histogram = OpenMetrics2Document.Histogram(isGauge: isGauge, count: count, sum: sum)
        if take(",schema:") { histogram.native = try native() }
        if take(",bucket:[") { histogram.classic = try classic() }
        guard histogram.native != nil || histogram.classic != nil else { throw refusal("a histogram without buckets") }
        try expect("}")
        return .histogram(histogram)
    }

    private mutating func native() throws -> OpenMetrics2Document.Native {
        let schema = try integer()
        try expect(",zero_threshold:")
        let threshold = try realNumber()
        try expect(",zero_count:")
        var native = OpenMetrics2Document.Native(schema: schema, zeroThreshold: threshold, zeroCount: try number())
        if take(",negative_spans:[") {
            let spans = try spans()
            try expect(",negative_buckets:[")
            native.negative = try buckets(spans)
        }
        if take(",positive_spans:[") {
            let spans = try spans()
            try expect(",positive_buckets:[")
            native.positive = try buckets(spans)
        }
        return native
    }

    private mutating func spans() throws -> [(offset: Int, length: Int)] {
        var isFirst = true
        return try list { parser in
            let offset = try isFirst ? parser.integer() : parser.nonNegativeInteger()
            isFirst = false
            try parser.expect(":")
            return (offset: offset, length: try parser.nonNegativeInteger())
        }
    }

    private mutating func buckets(_ spans: [(offset: Int, length: Int)]) throws -> [(index: Int, count: Double)] {
        let counts = try list { try $0.number() }
        guard counts.count == spans.reduce(0, { $0 + $1.length }) else {
            throw refusal("spans and buckets differ in length")
        }
        var buckets: [(index: Int, count: Double)] = []
        var index = 0
        for span in spans {
            index += span.offset
            for _ in 0..<span.length {
                buckets.append((index, counts[buckets.count]))
                index += 1
            }
        }
        return buckets
    }

    private mutating func classic() throws -> [(bound: Double, count: Double)] {
        var buckets: [(bound: Double, count: Double)] = []
        while !take("+Inf:") {
            let bound: Double
            if buckets.isEmpty, take("-Inf") { bound = -.infinity } else { bound = try realNumber() }
            try expect(":")
            buckets.append((bound, try number()))
            try expect(",")
        }
        buckets.append((.infinity, try number()))
        try expect("]")
        return buckets
    }

    /// The elements of a list that may be empty, behind its opening bracket.
    private mutating func list<Element>(_ element: (inout Self) throws -> Element) throws -> [Element] {
        var elements: [Element] = []
        if take("]") { return elements }
        repeat { elements.append(try element(&self)) } while take(",")
        try expect("]")
        return elements
    }
}
