import CPrometheusProto

/// Packs series as a `prometheus.WriteRequest` (prometheus.io/docs/specs/prw/remote_write_spec, version 1.0).
package struct RemoteWriteEncoder {
    private let arena = MessageArena()
    private let timestamp: Int64

    /// - Parameter timestamp: of every sample, in milliseconds since the Unix epoch.
    package static func encode(_ series: some Collection<RemoteWriteSeries>, at timestamp: Int64) -> [UInt8] {
        let encoder = RemoteWriteEncoder(timestamp: timestamp)
        return withExtendedLifetime(encoder.arena) { encoder.pack(series) }
    }

    private init(timestamp: Int64) {
        self.timestamp = timestamp
    }

    private func pack(_ series: some Collection<RemoteWriteSeries>) -> [UInt8] {
        let request = arena.message(prometheus__write_request__init)
        let messages = series.flatMap(timeSeries)
        request.pointee.n_timeseries = messages.count
        request.pointee.timeseries = arena.pointers(messages)
        let size = prometheus__write_request__get_packed_size(request)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = prometheus__write_request__pack(request, buffer.baseAddress)
        }
    }

    /// Exemplars of a histogram stand apart behind it: Prometheus takes exemplars in before the histograms of the same
    /// message, and none for a series that it does not know yet.
    private func timeSeries(_ series: RemoteWriteSeries) -> [UnsafeMutablePointer<Prometheus__TimeSeries>] {
        let message = arena.message(prometheus__time_series__init)
        message.pointee.n_labels = series.labels.count
        message.pointee.labels = labels(series.labels)
        switch series.value {
        case .number(let value): setSample(value, of: message)
        case .staleNumber: setSample(RemoteWriteSeries.staleMarker, of: message)
        case .histogram(let histogram): setHistogram(self.histogram(histogram), of: message)
        case .staleHistogram:
            let histogram = arena.message(prometheus__histogram__init)
            histogram.pointee.sum = RemoteWriteSeries.staleMarker
            setHistogram(histogram, of: message)
        }
        guard !series.exemplars.isEmpty else { return [message] }
        var messages = [message]
        if message.pointee.n_histograms > 0 {
            messages.append(arena.message(prometheus__time_series__init))
            messages[1].pointee.n_labels = message.pointee.n_labels
            messages[1].pointee.labels = message.pointee.labels
        }
        let last = messages[messages.count - 1]
        last.pointee.n_exemplars = series.exemplars.count
        last.pointee.exemplars = arena.pointers(series.exemplars.map(exemplar))
        return messages
    }

    private func setSample(_ value: Double, of series: UnsafeMutablePointer<Prometheus__TimeSeries>) {
        let sample = arena.message(prometheus__sample__init)
        sample.pointee.value = value
        sample.pointee.timestamp = timestamp
        series.pointee.n_samples = 1
        series.pointee.samples = arena.pointers([sample])
    }

    private func setHistogram(
        _ histogram: UnsafeMutablePointer<Prometheus__Histogram>,
        of series: UnsafeMutablePointer<Prometheus__TimeSeries>
    ) {
        histogram.pointee.timestamp = timestamp
        series.pointee.n_histograms = 1
        series.pointee.histograms = arena.pointers([histogram])
    }

    private func labels(_ pairs: [LabelPair]) -> UnsafeMutablePointer<UnsafeMutablePointer<Prometheus__Label>?> {
        arena.pointers(
            pairs.map { pair in
                let label = arena.message(prometheus__label__init)
                label.pointee.name = arena.string(pair.name)
                label.pointee.value = arena.string(pair.value)
                return label
            })
    }

    private func exemplar(_ exemplar: Exemplar) -> UnsafeMutablePointer<Prometheus__Exemplar> {
        let message = arena.message(prometheus__exemplar__init)
        message.pointee.n_labels = exemplar.labels.count
        message.pointee.labels = labels(exemplar.labels)
        message.pointee.value = exemplar.value
        message.pointee.timestamp = exemplar.milliseconds
        return message
    }

    /// The count is that of the native buckets, which a receiver checks it against.
    private func histogram(_ histogram: HistogramSnapshot) -> UnsafeMutablePointer<Prometheus__Histogram> {
        let message = arena.message(prometheus__histogram__init)
        let buckets = histogram.positive + histogram.negative
        message.pointee.count_case = PROMETHEUS__HISTOGRAM__COUNT_COUNT_INT
        message.pointee.count_int = buckets.reduce(histogram.zeroCount) { $0 + $1.count }
        message.pointee.sum = histogram.sum
        message.pointee.schema = Int32(histogram.schema)
        message.pointee.zero_threshold = histogram.zeroThreshold
        message.pointee.zero_count_case = PROMETHEUS__HISTOGRAM__ZERO_COUNT_ZERO_COUNT_INT
        message.pointee.zero_count_int = histogram.zeroCount
        (message.pointee.n_positive_spans, message.pointee.positive_spans) = spans(histogram.positive)
        (message.pointee.n_positive_deltas, message.pointee.positive_deltas) = deltas(histogram.positive)
        (message.pointee.n_negative_spans, message.pointee.negative_spans) = spans(histogram.negative)
        (message.pointee.n_negative_deltas, message.pointee.negative_deltas) = deltas(histogram.negative)
        return message
    }

    private func spans(
        _ buckets: [HistogramSnapshot.Bucket]
    ) -> (count: Int, field: UnsafeMutablePointer<UnsafeMutablePointer<Prometheus__BucketSpan>?>) {
        var spans: [UnsafeMutablePointer<Prometheus__BucketSpan>] = []
        NativeSpans.forEach(buckets) { offset, length in
            let span = arena.message(prometheus__bucket_span__init)
            span.pointee.offset = Int32(clamping: offset)
            span.pointee.length = UInt32(clamping: length)
            spans.append(span)
        }
        return (spans.count, arena.pointers(spans))
    }

    private func deltas(_ buckets: [HistogramSnapshot.Bucket]) -> (count: Int, field: UnsafeMutablePointer<Int64>) {
        var deltas: [Int64] = []
        var before: Int64 = 0
        NativeSpans.forEachCount(buckets) { count in
            deltas.append(Int64(clamping: count) - before)
            before = Int64(clamping: count)
        }
        return (deltas.count, arena.numbers(deltas))
    }
}
