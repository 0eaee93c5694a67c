extension ScrapeWriter {
    func append(_ value: UInt64) {
        if value < 10 { return append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value)) }
        withSpace(20) { space in
            var digits = 1
            var bound: UInt64 = 10
            while value >= bound {
                digits += 1
                let (next, overflow) = bound.multipliedReportingOverflow(by: 10)
                if overflow { break }
                bound = next
            }
            var rest = value
            var place = digits
            while place > 0 {
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                place -= 1
                space[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
                rest = quotient
            }
            return digits
        }
    }

    func append(_ value: Int) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(UInt64(value.magnitude))
    }

    func append(_ value: Double) {
        if value >= 0, value < 9e15, value == value.rounded(.towardZero), value.sign == .plus {
            return append(UInt64(value))
        }
        var text = TextSyntax.format(value)
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// A time in seconds with three decimals.
    func append(milliseconds: Int64) {
        append(UInt64(max(0, milliseconds)) / 1000)
        append(UInt8(ascii: "."))
        let fraction = UInt64(max(0, milliseconds)) % 1000
        if fraction < 100 { append(UInt8(ascii: "0")) }
        if fraction < 10 { append(UInt8(ascii: "0")) }
        append(fraction)
    }

    /// OpenMetrics 2.0: when the counting began.
    func appendStart(_ milliseconds: Int64) {
        append(" st@")
        append(milliseconds: milliseconds)
    }

    func append(_ exemplar: Exemplar) {
        append(" # ")
        if exemplar.labels.isEmpty { append("{}") }
        var syntax = TextSyntax(.openMetrics)
        syntax.appendLabels(exemplar.labels)
        append(syntax.bytes)
        append(UInt8(ascii: " "))
        append(exemplar.value)
        append(UInt8(ascii: " "))
        append(milliseconds: Int64((exemplar.timestamp * 1000).rounded()))
    }

    /// OpenMetrics 2.0: the collected histogram as one value.
    func appendComposite(_ selection: HistogramSelection, bounds: [Double]) {
        let snapshot = histogram.snapshot
        append("{count:")
        append(snapshot.count)
        append(",sum:")
        append(snapshot.sum)
        if selection.hasNative { appendNative(snapshot) }
        if selection.hasClassic {
            append(",bucket:[")
            var cumulative: UInt64 = 0
            for (bound, count) in zip(bounds, snapshot.classic) {
                cumulative += count
                append(bound)
                append(UInt8(ascii: ":"))
                append(cumulative)
                append(UInt8(ascii: ","))
            }
            append("+Inf:")
            append(snapshot.count)
            append(UInt8(ascii: "]"))
        }
        append(UInt8(ascii: "}"))
    }

    private func appendNative(_ snapshot: HistogramSnapshot) {
        append(",schema:")
        append(snapshot.schema)
        append(",zero_threshold:")
        append(snapshot.zeroThreshold)
        append(",zero_count:")
        append(snapshot.zeroCount)
        if !snapshot.negative.isEmpty {
            append(",negative_spans:[", ",negative_buckets:[", snapshot.negative)
        }
        if !snapshot.positive.isEmpty {
            append(",positive_spans:[", ",positive_buckets:[", snapshot.positive)
        }
    }

    private func append(_ spans: StaticString, _ counts: StaticString, _ buckets: [HistogramSnapshot.Bucket]) {
        append(spans)
        var isFirst = true
        NativeSpans.forEach(buckets) { offset, length in
            if !isFirst { append(UInt8(ascii: ",")) }
            isFirst = false
            append(offset)
            append(UInt8(ascii: ":"))
            append(length)
        }
        append(UInt8(ascii: "]"))
        append(counts)
        isFirst = true
        NativeSpans.forEachCount(buckets) { count in
            if !isFirst { append(UInt8(ascii: ",")) }
            isFirst = false
            append(count)
        }
        append(UInt8(ascii: "]"))
    }
}
