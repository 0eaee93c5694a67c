import CPrometheusProto

/// Memory for libprotobuf-c's structures, given out piece by piece and taken back all at once, so that a scrape that
/// builds messages allocates nothing.
///
/// `@unchecked Sendable`: needs no lock, it belongs to one ``ScrapeWriter``, which one scrape has at a time.
final class ProtobufMessages: @unchecked Sendable {
    /// A block is longer only where one array is.
    private static let blockLength = 64 << 10

    private var blocks: [(memory: UnsafeMutableRawPointer, length: Int)] = []
    private var block = 0
    private var used = 0

    init() {}

    deinit {
        for block in blocks { block.memory.deallocate() }
    }

    /// Takes everything back.
    func reset() {
        block = 0
        used = 0
    }

    /// A new message, set up by its `…__init` function.
    func make<Message>(_ initialize: (UnsafeMutablePointer<Message>?) -> Void) -> UnsafeMutablePointer<Message> {
        let message: UnsafeMutablePointer<Message> = array(1)
        initialize(message)
        return message
    }

    /// Memory for `count` values, not initialised.
    func array<Element>(_ count: Int) -> UnsafeMutablePointer<Element> {
        let length = (count * MemoryLayout<Element>.stride + 15) & ~15
        while block < blocks.count, used + length > blocks[block].length {
            block += 1
            used = 0
        }
        if block == blocks.count {
            let size = max(Self.blockLength, length)
            blocks.append((.allocate(byteCount: size, alignment: 16), size))
        }
        defer { used += length }
        return (blocks[block].memory + used).bindMemory(to: Element.self, capacity: count)
    }

    func string(_ text: String) -> UnsafeMutablePointer<CChar> {
        let length = text.utf8.count
        let copy: UnsafeMutablePointer<CChar> = array(length + 1)
        for (index, byte) in text.utf8.enumerated() { copy[index] = CChar(bitPattern: byte) }
        copy[length] = 0
        return copy
    }

    func timestamp(milliseconds: Int64) -> UnsafeMutablePointer<Io__Prometheus__Client__Timestamp> {
        let message = make(io__prometheus__client__timestamp__init)
        message.pointee.has_seconds = 1
        message.pointee.seconds = milliseconds / 1000
        message.pointee.has_nanos = 1
        message.pointee.nanos = Int32(milliseconds % 1000) * 1_000_000
        return message
    }

    func exemplar(_ exemplar: Exemplar) -> UnsafeMutablePointer<Io__Prometheus__Client__Exemplar> {
        let message = make(io__prometheus__client__exemplar__init)
        (message.pointee.n_label, message.pointee.label) = labels(exemplar.labels)
        message.pointee.has_value = 1
        message.pointee.value = exemplar.value
        message.pointee.timestamp = timestamp(milliseconds: Int64((exemplar.timestamp * 1000).rounded()))
        return message
    }

    /// A metric that has its labels and nothing else yet.
    func metric(_ pairs: [LabelPair]) -> UnsafeMutablePointer<Io__Prometheus__Client__Metric> {
        let message = make(io__prometheus__client__metric__init)
        (message.pointee.n_label, message.pointee.label) = labels(pairs)
        return message
    }

    private func labels(
        _ pairs: [LabelPair]
    ) -> (Int, UnsafeMutablePointer<UnsafeMutablePointer<Io__Prometheus__Client__LabelPair>?>) {
        let list: UnsafeMutablePointer<UnsafeMutablePointer<Io__Prometheus__Client__LabelPair>?> = array(
            max(1, pairs.count))
        for (index, pair) in pairs.enumerated() {
            let message = make(io__prometheus__client__label_pair__init)
            message.pointee.name = string(pair.name)
            message.pointee.value = string(pair.value)
            list[index] = message
        }
        return (pairs.count, list)
    }
}
