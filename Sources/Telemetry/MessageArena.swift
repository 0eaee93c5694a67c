/// Memory for libprotobuf-c's structures, given out piece by piece and taken back all at once and kept, so that who
/// builds messages again and again allocates nothing.
///
/// `@unchecked Sendable`: needs no lock, it belongs to one scrape or one encoding at a time.
final class MessageArena: @unchecked Sendable {
    /// A block is longer only where one array is.
    private static let blockLength = 64 << 10

    private var blocks: [(memory: UnsafeMutableRawPointer, length: Int)] = []
    private var block = 0
    private var used = 0
    private var texts: [String: UnsafeMutablePointer<CChar>] = [:]

    init() {}

    deinit {
        for block in blocks { block.memory.deallocate() }
    }

    /// Takes everything back.
    func reset() {
        block = 0
        used = 0
        texts.removeAll(keepingCapacity: true)
    }

    /// A new message, prepared by its `…__init` function.
    func message<Message>(_ prepare: (UnsafeMutablePointer<Message>?) -> Void) -> UnsafeMutablePointer<Message> {
        let message: UnsafeMutablePointer<Message> = array(1)
        prepare(message)
        return message
    }

    /// Memory for `count` values, not initialised.
    func array<Element>(_ count: Int) -> UnsafeMutablePointer<Element> {
        let length = (max(1, count) * MemoryLayout<Element>.stride + 15) & ~15
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

    /// A repeated message field.
    func pointers<Message>(
        _ messages: [UnsafeMutablePointer<Message>]
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<Message>?> {
        let field: UnsafeMutablePointer<UnsafeMutablePointer<Message>?> = array(messages.count)
        for (index, message) in messages.enumerated() { (field + index).initialize(to: message) }
        return field
    }

    /// A repeated field of numbers.
    func numbers(_ numbers: [Int64]) -> UnsafeMutablePointer<Int64> {
        let field: UnsafeMutablePointer<Int64> = array(numbers.count)
        field.initialize(from: numbers, count: numbers.count)
        return field
    }

    /// A zero-terminated copy, made once for each text. U+0000, which would end it early, becomes U+FFFD.
    func string(_ text: String) -> UnsafeMutablePointer<CChar> {
        if let known = texts[text] { return known }
        let shown = text.utf8.contains(0) ? text.replacing("\0", with: "\u{fffd}") : text
        let copy: UnsafeMutablePointer<CChar> = array(shown.utf8.count + 1)
        for (index, byte) in shown.utf8.enumerated() { (copy + index).initialize(to: CChar(bitPattern: byte)) }
        (copy + shown.utf8.count).initialize(to: 0)
        texts[text] = copy
        return copy
    }
}
