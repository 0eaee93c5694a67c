/// The bytes of an exposition, in a buffer that grows once and is kept from scrape to scrape.
///
/// `@unchecked Sendable`: lent to one scrape at a time, under the lock of ``ScrapeWriters``.
@usableFromInline
final class ScrapeWriter: @unchecked Sendable {
    private(set) var count = 0
    /// The shards that this scrape adds up.
    var shards = Shards.all()
    /// The time of this scrape, in milliseconds since the Unix epoch.
    var now: Int64 = 0
    /// The histogram that was collected last, and since when it counts.
    private(set) var histogram = HistogramCollection()
    private(set) var collectedSince: Int64 = 0
    /// The memory in which protobuf messages are put together.
    let messages = MessageArena()

    private var buffer: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var prefixes = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private var ends = UnsafeBufferPointer<Int>(start: nil, count: 0)
    private var line = 0
    private var position = 0

    init() {
        capacity = 80 << 10
        buffer = .allocate(capacity: capacity)
    }

    deinit {
        buffer.deallocate()
    }

    /// What has been written since the last ``reset()``.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: buffer, count: count) }

    func reset() {
        count = 0
    }

    /// The lines' prefixes to use from now on.
    func show(_ prefixes: UnsafeBufferPointer<UInt8>, _ ends: UnsafeBufferPointer<Int>, from line: Int) {
        self.prefixes = prefixes
        self.ends = ends
        self.line = line
        position = line == 0 ? 0 : ends[line - 1]
    }

    /// Adds up a histogram into ``histogram``.
    func collect(_ cells: HistogramCells) {
        collectedSince = cells.collect(into: &histogram, shards: shards, now: now)
    }

    /// Appends the next line's prefix.
    func beginLine() {
        let end = ends[line]
        append(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: prefixes[position..<end])))
        position = end
        line += 1
    }

    /// Leaves lines out.
    func skipLines(_ count: Int) {
        line += count
        position = ends[line - 1]
    }

    func endLine() {
        append(UInt8(ascii: "\n"))
    }

    func append(_ byte: UInt8) {
        if count == capacity { grow(1) }
        buffer[count] = byte
        count += 1
    }

    func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        if count + bytes.count > capacity { grow(bytes.count) }
        UnsafeMutableRawPointer(buffer + count).copyMemory(from: base, byteCount: bytes.count)
        count += bytes.count
    }

    /// Writes into memory at the end of the buffer; `body` returns how much of it is used.
    func withSpace(_ length: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
        if count + length > capacity { grow(length) }
        count += body(buffer + count)
    }

    /// Puts a number where a message has left room for it, in the byte order of protobuf.
    func overwrite(_ bits: UInt64, at position: Int) {
        UnsafeMutableRawPointer(buffer + position).storeBytes(of: bits.littleEndian, as: UInt64.self)
    }

    /// Makes room at a place that has been written already.
    func insert(_ length: Int, at position: Int) {
        if count + length > capacity { grow(length) }
        (buffer + position + length).update(from: buffer + position, count: count - position)
        count += length
    }

    func setByte(_ byte: UInt8, at position: Int) {
        buffer[position] = byte
    }

    private func grow(_ more: Int) {
        capacity = max(capacity * 2, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: buffer, count: count)
        buffer.deallocate()
        buffer = larger
    }
}
