import CPrometheusProto

/// Histograms as protobuf, classic, native or both in one message. Names and labels are made beforehand, the histogram
/// itself at each scrape; a family is put together as a whole, because its length stands before it.
final class ProtobufHistogramPage: FamilyPage {
    private let fields: [UInt8]
    /// Each child's labels as bytes of a `Metric`.
    private let labels: [[UInt8]]
    private let children: [Child<HistogramCells>]
    private let bounds: [Double]
    private let selection: HistogramSelection

    init(_ family: MetricFamily, _ children: [Child<HistogramCells>], _ selection: HistogramSelection) {
        self.children = children
        self.selection = selection
        bounds = family.upperBounds
        let writer = ScrapeWriter()
        writer.appendFields(family)
        fields = Array(writer.bytes)
        labels = children.map { child in
            writer.reset()
            writer.messages.reset()
            let metric = writer.messages.metric(child.labels)
            writer.withSpace(io__prometheus__client__metric__get_packed_size(metric)) {
                io__prometheus__client__metric__pack(metric, $0)
            }
            return Array(writer.bytes)
        }
    }

    var seriesCount: Int { children.count * (selection.hasClassic ? bounds.count + 3 : 1) }

    func write(from start: Int, to writer: ScrapeWriter, limit: Int) -> Int? {
        guard !children.isEmpty else { return nil }
        writer.appendDelimited {
            writer.append(fields)
            for (child, labels) in zip(children, labels) {
                writer.collect(child.cells)
                writer.messages.reset()
                let histogram = message(writer.histogram.snapshot, since: writer.collectedSince, in: writer.messages)
                let length = io__prometheus__client__histogram__get_packed_size(histogram)
                writer.append(ScrapeWriter.Tag.familyMetric)
                writer.append(varint: labels.count + 1 + ScrapeWriter.varintLength(length) + length)
                writer.append(labels)
                writer.append(ScrapeWriter.Tag.metricHistogram)
                writer.append(varint: length)
                writer.withSpace(length) { io__prometheus__client__histogram__pack(histogram, $0) }
            }
        }
        return nil
    }

    private func message(
        _ snapshot: HistogramSnapshot, since created: Int64, in messages: MessageArena
    ) -> UnsafeMutablePointer<Io__Prometheus__Client__Histogram> {
        let message = messages.message(io__prometheus__client__histogram__init)
        message.pointee.has_sample_count = 1
        message.pointee.sample_count = snapshot.count
        message.pointee.has_sample_sum = 1
        message.pointee.sample_sum = snapshot.sum
        message.pointee.created_timestamp = messages.timestamp(milliseconds: created)
        if selection.hasClassic { addClassic(snapshot, to: &message.pointee, messages) }
        if selection.hasNative { addNative(snapshot, to: &message.pointee, messages) }
        return message
    }

    private func addClassic(
        _ snapshot: HistogramSnapshot, to message: inout Io__Prometheus__Client__Histogram,
        _ messages: MessageArena
    ) {
        let buckets: UnsafeMutablePointer<UnsafeMutablePointer<Io__Prometheus__Client__Bucket>?> = messages.array(
            bounds.count + 1)
        var cumulative: UInt64 = 0
        for index in 0...bounds.count {
            cumulative += snapshot.classic[index]
            let bucket = messages.message(io__prometheus__client__bucket__init)
            bucket.pointee.has_cumulative_count = 1
            bucket.pointee.cumulative_count = cumulative
            bucket.pointee.has_upper_bound = 1
            bucket.pointee.upper_bound = index < bounds.count ? bounds[index] : .infinity
            if !snapshot.exemplars.isEmpty, let exemplar = snapshot.exemplars[index] {
                bucket.pointee.exemplar = messages.exemplar(exemplar)
            }
            buckets[index] = bucket
        }
        message.n_bucket = bounds.count + 1
        message.bucket = buckets
    }

    private func addNative(
        _ snapshot: HistogramSnapshot, to message: inout Io__Prometheus__Client__Histogram,
        _ messages: MessageArena
    ) {
        message.has_schema = 1
        message.schema = Int32(snapshot.schema)
        message.has_zero_threshold = 1
        message.zero_threshold = snapshot.zeroThreshold
        message.has_zero_count = 1
        message.zero_count = snapshot.zeroCount
        (message.n_positive_span, message.positive_span) = spans(snapshot.positive, messages)
        (message.n_positive_delta, message.positive_delta) = deltas(snapshot.positive, messages)
        (message.n_negative_span, message.negative_span) = spans(snapshot.negative, messages)
        (message.n_negative_delta, message.negative_delta) = deltas(snapshot.negative, messages)
        if snapshot.zeroThreshold == 0, snapshot.zeroCount == 0, message.n_positive_span + message.n_negative_span == 0
        {
            // Without this a reader could not tell an empty native histogram from none.
            let span = messages.message(io__prometheus__client__bucket_span__init)
            (span.pointee.has_offset, span.pointee.has_length) = (1, 1)
            let list: UnsafeMutablePointer<UnsafeMutablePointer<Io__Prometheus__Client__BucketSpan>?> =
                messages.array(1)
            list[0] = span
            (message.n_positive_span, message.positive_span) = (1, list)
        }
        let exemplars = snapshot.exemplars.lazy.compactMap { $0 }
        guard !snapshot.exemplars.isEmpty else { return }
        let list: UnsafeMutablePointer<UnsafeMutablePointer<Io__Prometheus__Client__Exemplar>?> = messages.array(
            snapshot.exemplars.count)
        var count = 0
        for exemplar in exemplars {
            list[count] = messages.exemplar(exemplar)
            count += 1
        }
        (message.n_exemplars, message.exemplars) = (count, list)
    }

    private func spans(
        _ buckets: [HistogramSnapshot.Bucket], _ messages: MessageArena
    ) -> (Int, UnsafeMutablePointer<UnsafeMutablePointer<Io__Prometheus__Client__BucketSpan>?>?) {
        guard !buckets.isEmpty else { return (0, nil) }
        let list: UnsafeMutablePointer<UnsafeMutablePointer<Io__Prometheus__Client__BucketSpan>?> = messages.array(
            buckets.count)
        var count = 0
        NativeSpans.forEach(buckets) { offset, length in
            let span = messages.message(io__prometheus__client__bucket_span__init)
            span.pointee.has_offset = 1
            span.pointee.offset = Int32(offset)
            span.pointee.has_length = 1
            span.pointee.length = UInt32(length)
            list[count] = span
            count += 1
        }
        return (count, list)
    }

    /// Each bucket's count less the one before it.
    private func deltas(
        _ buckets: [HistogramSnapshot.Bucket], _ messages: MessageArena
    ) -> (Int, UnsafeMutablePointer<Int64>?) {
        guard !buckets.isEmpty else { return (0, nil) }
        let list: UnsafeMutablePointer<Int64> = messages.array(buckets.count * 3)
        var count = 0
        var previous: Int64 = 0
        NativeSpans.forEachCount(buckets) { value in
            list[count] = Int64(value) - previous
            previous = Int64(value)
            count += 1
        }
        return (count, list)
    }
}
