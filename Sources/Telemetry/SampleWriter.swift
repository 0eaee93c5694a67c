/// Puts values behind their lines' prefixes, in a buffer that grows once and is kept from scrape to scrape.
///
/// `@unchecked Sendable`: lent to one scrape at a time, under the lock of ``ScrapeBuffers``.
final class SampleWriter: @unchecked Sendable {
    private(set) var count = 0
    private var buffer: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var prefixes = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    private var ends = UnsafeBufferPointer<Int>(start: nil, count: 0)
    private var line = 0
    private var position = 0

    init() {
        capacity = 64 << 10
        buffer = .allocate(capacity: capacity)
    }

    deinit {
        buffer.deallocate()
    }

    /// What has been written since the last ``reset()``.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: buffer, count: count) }

    func reset() {
        count = 0
    }

    /// Writes a family: its header, then each child through `body`, which must write one value for each line.
    func family<Cells>(_ page: SeriesPage<Cells>, _ body: (Child<Cells>, SampleWriter) -> Void) {
        append(page.header)
        page.prefixes.withUnsafeBufferPointer { prefixes in
            page.ends.withUnsafeBufferPointer { ends in
                self.prefixes = prefixes
                self.ends = ends
                line = 0
                position = 0
                for child in page.children { body(child, self) }
            }
        }
    }

    /// The line that ends an OpenMetrics exposition.
    func writeEnd() {
        append(Array("# EOF\n".utf8))
    }

    func write(_ value: UInt64) {
        prefix()
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &digits) { digits in
            var rest = value
            var start = 24
            repeat {
                let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
                start -= 1
                digits[start] = UInt8(truncatingIfNeeded: digit) + UInt8(ascii: "0")
                rest = quotient
            } while rest > 0
            append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[start..<24]))
        }
        appendLineFeed()
    }

    func write(_ value: Double) {
        if value >= 0, value < 9e15, value == value.rounded(.towardZero) { return write(UInt64(value)) }
        prefix()
        var text = TextExposition.format(value)
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
        appendLineFeed()
    }

    private func prefix() {
        let end = ends[line]
        append(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: prefixes[position..<end])))
        position = end
        line += 1
    }

    private func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    private func append(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        if count + bytes.count > capacity { grow(bytes.count) }
        UnsafeMutableRawPointer(buffer + count).copyMemory(from: base, byteCount: bytes.count)
        count += bytes.count
    }

    private func appendLineFeed() {
        if count == capacity { grow(1) }
        buffer[count] = UInt8(ascii: "\n")
        count += 1
    }

    private func grow(_ more: Int) {
        capacity = max(capacity * 2, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.update(from: buffer, count: count)
        buffer.deallocate()
        buffer = larger
    }
}
