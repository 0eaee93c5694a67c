/// Memory for the messages of one encoding, given back all at once.
final class MessageArena {
    private static let chunkSize = 1 << 16

    private var chunks: [UnsafeMutableRawPointer] = []
    private var free = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var strings: [String: UnsafeMutablePointer<CChar>] = [:]

    deinit {
        for chunk in chunks { chunk.deallocate() }
    }

    /// A message prepared by its `…__init` function.
    func message<Message>(_ prepare: (UnsafeMutablePointer<Message>?) -> Void) -> UnsafeMutablePointer<Message> {
        let message = allocate(Message.self, count: 1)
        prepare(message)
        return message
    }

    /// A repeated message field.
    func pointers<Message>(
        _ messages: [UnsafeMutablePointer<Message>]
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<Message>?> {
        let field = allocate(UnsafeMutablePointer<Message>?.self, count: messages.count)
        for (index, message) in messages.enumerated() { (field + index).initialize(to: message) }
        return field
    }

    /// A repeated field of numbers.
    func numbers(_ numbers: [Int64]) -> UnsafeMutablePointer<Int64> {
        let field = allocate(Int64.self, count: numbers.count)
        field.initialize(from: numbers, count: numbers.count)
        return field
    }

    /// A zero-terminated copy, made once for each text. U+0000, which would end it early, becomes U+FFFD.
    func string(_ text: String) -> UnsafeMutablePointer<CChar> {
        if let known = strings[text] { return known }
        let bytes = text.utf8.contains(0) ? Array(text.replacing("\0", with: "\u{fffd}").utf8) : Array(text.utf8)
        let copy = allocate(CChar.self, count: bytes.count + 1)
        for (index, byte) in bytes.enumerated() { (copy + index).initialize(to: CChar(bitPattern: byte)) }
        (copy + bytes.count).initialize(to: 0)
        strings[text] = copy
        return copy
    }

    private func allocate<Value>(_ type: Value.Type, count: Int) -> UnsafeMutablePointer<Value> {
        let size = (MemoryLayout<Value>.stride * max(count, 1) + 15) & ~15
        if size > free.count {
            let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: max(size, Self.chunkSize), alignment: 16)
            if let base = chunk.baseAddress { chunks.append(base) }
            free = chunk
        }
        let place = UnsafeMutableRawBufferPointer(rebasing: free[..<size])
        free = UnsafeMutableRawBufferPointer(rebasing: free[size...])
        return place.bindMemory(to: type).baseAddress ?? .allocate(capacity: count)
    }
}
