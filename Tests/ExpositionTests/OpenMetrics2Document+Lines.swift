extension OpenMetrics2Document {
    /// The document as ``ReadSample`` lines, but for the families.
    var lines: [String] { families.flatMap { family in family.samples.flatMap { $0.lines(of: family) } } }
}

extension OpenMetrics2Document.Sample {
    fileprivate func lines(of family: OpenMetrics2Document.Family) -> [String] {
        var lines: [String] = []
        var base = family.name
        if family.type == "counter", base.hasSuffix("_total") { base.removeLast("_total".count) }
        if let start {
            lines.append("C \(ReadSample.series(base, labels)) \(Int64((start * 1000).rounded()))")
        }
        switch value {
        case .number(let number):
            let series = ReadSample.series(family.name, labels)
            lines.append("S \(series) \(ReadSample.bits(number))")
            lines += exemplars.map { $0.line(of: series) }
        case .histogram(let histogram):
            lines += self.lines(of: histogram, family.name)
        case .summary: lines.append("no summary is written by this library")
        }
        return lines
    }

    private func lines(of histogram: OpenMetrics2Document.Histogram, _ name: String) -> [String] {
        var lines: [String] = []
        let classic = histogram.classic ?? []
        for bucket in classic {
            let series = ReadSample.series(name + "_bucket", labels, bound: bucket.bound)
            lines.append("S \(series) \(ReadSample.bits(bucket.count))")
        }
        for exemplar in exemplars {
            let bound = classic.first { exemplar.value <= $0.bound }?.bound
            lines.append(exemplar.line(of: ReadSample.series(name + "_bucket", labels, bound: bound)))
        }
        let sum = ReadSample.bits(histogram.sum)
        lines.append("S \(ReadSample.series(name + "_sum", labels)) \(sum)")
        lines.append("S \(ReadSample.series(name + "_count", labels)) \(ReadSample.bits(histogram.count))")
        if let native = histogram.native {
            let positive = ReadSample.buckets(native.positive.map { ($0.index, UInt64($0.count)) })
            let negative = ReadSample.buckets(native.negative.map { ($0.index, UInt64($0.count)) })
            lines.append(
                "N \(ReadSample.series(name, labels)) \(UInt64(histogram.count)) \(sum) \(native.schema)"
                    + " \(ReadSample.bits(native.zeroThreshold)) \(UInt64(native.zeroCount)) \(positive) \(negative)")
        }
        return lines
    }
}

extension OpenMetrics2Document.Exemplar {
    fileprivate func line(of series: String) -> String {
        let time = Int64((timestamp * 1000).rounded())
        return "E \(series) \(ReadSample.series("", labels)) \(ReadSample.bits(value)) \(time)"
    }
}
