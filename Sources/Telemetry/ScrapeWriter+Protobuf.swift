import CPrometheusProto

/// The delimited protobuf format: one `io.prometheus.client.MetricFamily` after another, each after its length
/// (prometheus.io/docs/instrumenting/exposition_formats/#protobuf-format; protobuf.dev/programming-guides/encoding).
extension ScrapeWriter {
    /// Tags of length-delimited fields: the field's number and wire type 2.
    enum Tag {
        static let familyMetric: UInt8 = 4 << 3 | 2
        static let metricHistogram: UInt8 = 7 << 3 | 2
    }

    func append(varint value: Int) {
        var rest = UInt(value)
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// How many bytes a number has as a varint.
    static func varintLength(_ value: Int) -> Int {
        max(1, (UInt.bitWidth - UInt(value).leadingZeroBitCount + 6) / 7)
    }

    /// Appends a family of a length that is known only afterwards.
    func appendDelimited(_ body: () -> Void) {
        let start = count
        body()
        let length = count - start
        let prefix = Self.varintLength(length)
        insert(prefix, at: start)
        var rest = UInt(length)
        for index in 0..<prefix {
            setByte(UInt8(truncatingIfNeeded: rest & 0x7f) | (index < prefix - 1 ? 0x80 : 0), at: start + index)
            rest >>= 7
        }
    }

    func append(_ message: UnsafeMutablePointer<Io__Prometheus__Client__Metric>) {
        let length = io__prometheus__client__metric__get_packed_size(message)
        append(Tag.familyMetric)
        append(varint: length)
        withSpace(length) { io__prometheus__client__metric__pack(message, $0) }
    }

    func append(_ message: UnsafeMutablePointer<Io__Prometheus__Client__MetricFamily>) {
        let length = io__prometheus__client__metric_family__get_packed_size(message)
        withSpace(length) { io__prometheus__client__metric_family__pack(message, $0) }
    }

    /// A family's fields but its metrics.
    func appendFields(_ family: MetricFamily) {
        let message = messages.message(io__prometheus__client__metric_family__init)
        message.pointee.name = messages.string(family.name)
        message.pointee.help = messages.string(family.help)
        if let unit = family.unit { message.pointee.unit = messages.string(unit) }
        message.pointee.has_type = 1
        message.pointee.type =
            switch family.kind {
            case .counter: IO__PROMETHEUS__CLIENT__METRIC_TYPE__COUNTER
            case .gauge, .info, .stateSet: IO__PROMETHEUS__CLIENT__METRIC_TYPE__GAUGE
            case .histogram: IO__PROMETHEUS__CLIENT__METRIC_TYPE__HISTOGRAM
            }
        append(message)
    }
}
