import CPrometheusProto
import Telemetry

/// A remote write body as a receiver reads it.
struct ReceivedWrite {
    struct Unreadable: Error {}

    struct Exemplar: Hashable {
        var labels: [String]
        var value: Double
        var timestamp: Int64
    }

    struct Histogram: Hashable {
        var count: UInt64
        var sum: Double
        var schema: Int32
        var zeroThreshold: Double
        var zeroCount: UInt64
        var positiveSpans: [[Int]]
        var positiveDeltas: [Int64]
        var negativeSpans: [[Int]]
        var negativeDeltas: [Int64]
    }

    struct Series {
        /// `name=value`, in the order received.
        var labels: [String]
        /// Bits, so that NaNs can be told apart.
        var samples: [(bits: UInt64, timestamp: Int64)] = []
        var histograms: [(value: Histogram, timestamp: Int64)] = []
        var exemplars: [Exemplar] = []

        var name: String? { labels.first { $0.hasPrefix("__name__=") }.map { String($0.dropFirst(9)) } }
        var value: Double? { samples.first.map { Double(bitPattern: $0.bits) } }
        var timestamps: [Int64] { samples.map(\.timestamp) + histograms.map(\.timestamp) }
        var isStale: Bool {
            let stale: UInt64 = 0x7ff0_0000_0000_0002
            return samples.first?.bits == stale || histograms.first?.value.sum.bitPattern == stale
        }
    }

    var series: [Series]

    init(_ body: [UInt8]) throws {
        try self.init(message: SnappyReader.decode(body))
    }

    init(message: [UInt8]) throws {
        guard let request = prometheus__write_request__unpack(nil, message.count, message) else { throw Unreadable() }
        defer { prometheus__write_request__free_unpacked(request, nil) }
        series = Self.list(request.pointee.timeseries, request.pointee.n_timeseries).map(Self.series)
    }

    private static func list<Message>(
        _ field: UnsafeMutablePointer<UnsafeMutablePointer<Message>?>?, _ count: Int
    ) -> [Message] {
        (0..<count).compactMap { field?[$0]?.pointee }
    }

    private static func labels(
        _ field: UnsafeMutablePointer<UnsafeMutablePointer<Prometheus__Label>?>?, _ count: Int
    ) -> [String] {
        list(field, count).map { String(cString: $0.name) + "=" + String(cString: $0.value) }
    }

    private static func series(_ message: Prometheus__TimeSeries) -> Series {
        var series = Series(labels: labels(message.labels, message.n_labels))
        series.samples = list(message.samples, message.n_samples).map { ($0.value.bitPattern, $0.timestamp) }
        series.histograms = list(message.histograms, message.n_histograms).map { (histogram($0), $0.timestamp) }
        series.exemplars = list(message.exemplars, message.n_exemplars).map {
            Exemplar(labels: labels($0.labels, $0.n_labels), value: $0.value, timestamp: $0.timestamp)
        }
        return series
    }

    private static func histogram(_ message: Prometheus__Histogram) -> Histogram {
        Histogram(
            count: message.count_int, sum: message.sum, schema: message.schema, zeroThreshold: message.zero_threshold,
            zeroCount: message.zero_count_int,
            positiveSpans: spans(message.positive_spans, message.n_positive_spans),
            positiveDeltas: (0..<message.n_positive_deltas).map { message.positive_deltas[$0] },
            negativeSpans: spans(message.negative_spans, message.n_negative_spans),
            negativeDeltas: (0..<message.n_negative_deltas).map { message.negative_deltas[$0] })
    }

    private static func spans(
        _ field: UnsafeMutablePointer<UnsafeMutablePointer<Prometheus__BucketSpan>?>?, _ count: Int
    ) -> [[Int]] {
        list(field, count).map { [Int($0.offset), Int($0.length)] }
    }
}
