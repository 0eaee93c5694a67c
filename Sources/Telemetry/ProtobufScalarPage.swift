import CPrometheusProto
import Synchronization

/// Counters and gauges as protobuf: every byte but those of the values is made beforehand. A value is eight bytes long
/// whatever it is, so that the lengths of all messages are known too.
final class ProtobufScalarPage: FamilyPage {
    struct Sample: Sendable {
        enum Source: Sendable {
            case counter
            /// A total that is kept elsewhere.
            case observedCounter
            case gauge
            /// 1 while the state with this number is on.
            case state(Int)
        }

        let labels: [LabelPair]
        let child: Child<CellBlock>
        let source: Source

        init(counter child: Child<CellBlock>) { (labels, self.child, source) = (child.labels, child, .counter) }
        init(observed child: Child<CellBlock>) {
            (labels, self.child, source) = (child.labels, child, .observedCounter)
        }
        init(gauge child: Child<CellBlock>) { (labels, self.child, source) = (child.labels, child, .gauge) }
        init(_ labels: [LabelPair], _ child: Child<CellBlock>, state: Int) {
            (self.labels, self.child, source) = (labels, child, .state(state))
        }
    }

    /// Stands for a value in the prepared bytes. No UTF-8 text has these bytes.
    private static let placeholder = Double(bitPattern: 0xffff_ffff_ffff_ffff)

    private let header: [UInt8]
    /// The metrics' messages, one after the other, where each one ends and where its value is.
    private let bytes: [UInt8]
    private let ends: [Int]
    private let valuePositions: [Int]
    private let cellOffsets: [Int]
    private let samples: [Sample]
    private let state: FamilyState
    private let family: MetricFamily

    init(_ family: MetricFamily, _ samples: [Sample], _ state: FamilyState) {
        self.family = family
        self.samples = samples
        self.state = state
        let writer = ScrapeWriter()
        var ends: [Int] = []
        var valuePositions: [Int] = []
        for sample in samples {
            let start = writer.count
            writer.messages.reset()
            writer.append(Self.message(sample, Self.placeholder, exemplar: nil, in: writer.messages))
            ends.append(writer.count)
            valuePositions.append(Self.placeholderPosition(writer.bytes, from: start))
        }
        bytes = Array(writer.bytes)
        self.ends = ends
        self.valuePositions = valuePositions
        cellOffsets = samples.map { $0.child.cells.offset }
        writer.reset()
        writer.appendFields(family)
        let fields = Array(writer.bytes)
        writer.reset()
        writer.append(varint: fields.count + bytes.count)
        header = Array(writer.bytes) + fields
    }

    var seriesCount: Int { samples.count }

    func write(from start: Int, to writer: ScrapeWriter, limit: Int) -> Int? {
        if start == 0 {
            if samples.isEmpty { return nil }
            if state.hasExemplars.load(ordering: .acquiring) { return writeWithExemplars(to: writer) }
            writer.append(header)
        }
        let hasFractions = state.hasFractions.load(ordering: .relaxed)
        return bytes.withUnsafeBytes { bytes in
            var position = start == 0 ? 0 : ends[start - 1]
            for index in start..<samples.count {
                if index > start, writer.count >= limit { return index }
                let place = writer.count + valuePositions[index] - position
                writer.append(UnsafeRawBufferPointer(rebasing: bytes[position..<ends[index]]))
                writer.overwrite(value(index, hasFractions, writer.shards).bitPattern, at: place)
                position = ends[index]
            }
            return nil
        }
    }

    private func writeWithExemplars(to writer: ScrapeWriter) -> Int? {
        writer.appendDelimited {
            writer.messages.reset()
            writer.appendFields(family)
            for (index, sample) in samples.enumerated() {
                writer.messages.reset()
                writer.append(
                    Self.message(
                        sample, value(index, true, writer.shards), exemplar: sample.child.cells.exemplars[0],
                        in: writer.messages))
            }
        }
        return nil
    }

    @inline(__always)
    private func value(_ index: Int, _ hasFractions: Bool, _ shards: Shards.List) -> Double {
        let offset = cellOffsets[index]
        switch samples[index].source {
        case .counter:
            var whole: UInt64 = 0
            var fraction = 0.0
            for shard in shards.shards { whole &+= shard[offset].load(ordering: .relaxed) }
            if hasFractions {
                for shard in shards.shards {
                    fraction += Double(bitPattern: shard[offset + 1].load(ordering: .relaxed))
                }
            }
            return Double(whole) + fraction
        case .gauge, .observedCounter:
            return Gauge.value(at: offset)
        case .state(let number):
            return Shards.common[offset].load(ordering: .relaxed) == UInt64(number) ? 1 : 0
        }
    }

    private static func message(
        _ sample: Sample, _ value: Double, exemplar: Exemplar?, in messages: MessageArena
    ) -> UnsafeMutablePointer<Io__Prometheus__Client__Metric> {
        let metric = messages.metric(sample.labels)
        switch sample.source {
        case .counter, .observedCounter:
            let counter = messages.message(io__prometheus__client__counter__init)
            counter.pointee.has_value = 1
            counter.pointee.value = value
            counter.pointee.created_timestamp = messages.timestamp(milliseconds: sample.child.created)
            if let exemplar { counter.pointee.exemplar = messages.exemplar(exemplar) }
            metric.pointee.counter = counter
        case .gauge, .state:
            let gauge = messages.message(io__prometheus__client__gauge__init)
            gauge.pointee.has_value = 1
            gauge.pointee.value = value
            metric.pointee.gauge = gauge
        }
        return metric
    }

    private static func placeholderPosition(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        for position in start...(bytes.count - 8)
        where bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self) == placeholder.bitPattern {
            return position
        }
        preconditionFailure("a prepared message has no value")
    }
}
