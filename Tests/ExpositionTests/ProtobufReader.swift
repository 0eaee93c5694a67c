import CPrometheusProto

/// Reads delimited `MetricFamily` messages with libprotobuf-c and writes what is in them as ``ReadSample`` lines.
struct ProtobufReader {
    struct Refusal: Error {
        let reason: String
    }

    private(set) var lines: [String] = []

    /// - Throws: ``Refusal`` when the bytes are not a whole number of messages.
    static func lines(of bytes: [UInt8]) throws -> [String] {
        var reader = ProtobufReader()
        var position = 0
        while position < bytes.count {
            let length = try varint(bytes, &position)
            guard length <= bytes.count - position else { throw Refusal(reason: "a message ends too early") }
            try bytes.withUnsafeBufferPointer { buffer in
                let start = buffer.baseAddress.map { $0 + position }
                guard let family = io__prometheus__client__metric_family__unpack(nil, length, start) else {
                    throw Refusal(reason: "no MetricFamily at byte \(position)")
                }
                defer { io__prometheus__client__metric_family__free_unpacked(family, nil) }
                try reader.read(family.pointee)
            }
            position += length
        }
        return reader.lines
    }

    private static func varint(_ bytes: [UInt8], _ position: inout Int) throws -> Int {
        var value = 0
        for shift in stride(from: 0, to: 63, by: 7) {
            guard position < bytes.count else { break }
            let byte = bytes[position]
            position += 1
            value |= Int(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        throw Refusal(reason: "a length has no end")
    }

    private mutating func read(_ family: Io__Prometheus__Client__MetricFamily) throws {
        let name = Self.text(family.name)
        let type = try Self.type(family)
        let unit = Self.text(family.unit)
        lines.append(
            "F \(name) \(type) \(unit.isEmpty ? "-" : unit) \(ReadSample.hex(Self.text(family.help).utf8))")
        for case let metric? in UnsafeBufferPointer(start: family.metric, count: family.n_metric) {
            let labels = Self.labels(metric.pointee.label, metric.pointee.n_label)
            switch type {
            case "counter":
                guard let counter = metric.pointee.counter else { throw Refusal(reason: "\(name) has no counter") }
                read(counter.pointee, name, labels)
            case "gauge":
                guard let gauge = metric.pointee.gauge else { throw Refusal(reason: "\(name) has no gauge") }
                lines.append("S \(ReadSample.series(name, labels)) \(ReadSample.bits(gauge.pointee.value))")
            default:
                guard let histogram = metric.pointee.histogram else {
                    throw Refusal(reason: "\(name) has no histogram")
                }
                read(histogram.pointee, name, labels)
            }
        }
    }

    private mutating func read(_ counter: Io__Prometheus__Client__Counter, _ name: String, _ labels: Labels) {
        let series = ReadSample.series(name, labels)
        lines.append("S \(series) \(ReadSample.bits(counter.value))")
        if let exemplar = counter.exemplar { read(exemplar.pointee, of: series) }
        let base = name.hasSuffix("_total") ? String(name.dropLast(6)) : name
        if let created = counter.created_timestamp { read(created.pointee, of: ReadSample.series(base, labels)) }
    }

    private mutating func read(_ histogram: Io__Prometheus__Client__Histogram, _ name: String, _ labels: Labels) {
        for case let bucket? in UnsafeBufferPointer(start: histogram.bucket, count: histogram.n_bucket) {
            let series = ReadSample.series(name + "_bucket", labels, bound: bucket.pointee.upper_bound)
            lines.append("S \(series) \(ReadSample.bits(Double(bucket.pointee.cumulative_count)))")
            if let exemplar = bucket.pointee.exemplar { read(exemplar.pointee, of: series) }
        }
        let sum = ReadSample.bits(histogram.sample_sum)
        lines.append("S \(ReadSample.series(name + "_sum", labels)) \(sum)")
        let count = ReadSample.bits(Double(histogram.sample_count))
        lines.append("S \(ReadSample.series(name + "_count", labels)) \(count)")
        let series = ReadSample.series(name, labels)
        if histogram.has_schema != 0 {
            let positive = Self.buckets(
                UnsafeBufferPointer(start: histogram.positive_span, count: histogram.n_positive_span),
                UnsafeBufferPointer(start: histogram.positive_delta, count: histogram.n_positive_delta))
            let negative = Self.buckets(
                UnsafeBufferPointer(start: histogram.negative_span, count: histogram.n_negative_span),
                UnsafeBufferPointer(start: histogram.negative_delta, count: histogram.n_negative_delta))
            lines.append(
                "N \(series) \(histogram.sample_count) \(sum) \(histogram.schema)"
                    + " \(ReadSample.bits(histogram.zero_threshold)) \(histogram.zero_count) \(positive) \(negative)")
        }
        if let created = histogram.created_timestamp { read(created.pointee, of: series) }
    }

    private mutating func read(_ exemplar: Io__Prometheus__Client__Exemplar, of series: String) {
        let labels = ReadSample.series("", Self.labels(exemplar.label, exemplar.n_label))
        let time = exemplar.timestamp.map { Self.milliseconds($0.pointee) } ?? -1
        lines.append("E \(series) \(labels) \(ReadSample.bits(exemplar.value)) \(time)")
    }

    private mutating func read(_ created: Io__Prometheus__Client__Timestamp, of series: String) {
        lines.append("C \(series) \(Self.milliseconds(created))")
    }
}

extension ProtobufReader {
    typealias Labels = [(name: String, value: String)]

    fileprivate static func type(_ family: Io__Prometheus__Client__MetricFamily) throws -> String {
        switch family.type {
        case IO__PROMETHEUS__CLIENT__METRIC_TYPE__COUNTER: "counter"
        case IO__PROMETHEUS__CLIENT__METRIC_TYPE__GAUGE: "gauge"
        case IO__PROMETHEUS__CLIENT__METRIC_TYPE__HISTOGRAM: "histogram"
        default: throw Refusal(reason: "a family of type \(family.type)")
        }
    }

    /// Spans and deltas that do not fit together show as a text that no reader writes.
    fileprivate static func buckets(
        _ spans: UnsafeBufferPointer<UnsafeMutablePointer<Io__Prometheus__Client__BucketSpan>?>,
        _ deltas: UnsafeBufferPointer<Int64>
    ) -> String {
        var buckets: [(index: Int, count: UInt64)] = []
        var index = 0
        var count: Int64 = 0
        var next = 0
        for case let span? in spans {
            index += Int(span.pointee.offset)
            for _ in 0..<span.pointee.length {
                guard next < deltas.count else { return "[too few deltas]" }
                count += deltas[next]
                guard count >= 0 else { return "[negative count]" }
                buckets.append((index, UInt64(count)))
                next += 1
                index += 1
            }
        }
        return next == deltas.count ? ReadSample.buckets(buckets) : "[too many deltas]"
    }

    fileprivate static func labels(
        _ start: UnsafeMutablePointer<UnsafeMutablePointer<Io__Prometheus__Client__LabelPair>?>?, _ count: Int
    ) -> Labels {
        UnsafeBufferPointer(start: start, count: count).compactMap { pair in
            pair.map { (text($0.pointee.name), text($0.pointee.value)) }
        }
    }

    fileprivate static func milliseconds(_ time: Io__Prometheus__Client__Timestamp) -> Int64 {
        time.seconds * 1000 + Int64(time.nanos) / 1_000_000
    }

    fileprivate static func text(_ bytes: UnsafeMutablePointer<CChar>?) -> String {
        bytes.map { String(cString: $0) } ?? ""
    }
}
