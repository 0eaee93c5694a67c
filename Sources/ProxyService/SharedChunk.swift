/// The bytes that come next in a stream, framed once as a chunk (RFC 9112, section 7.1) for all viewers in step.
///
/// With header, bytes and line break side by side each viewer takes one plain `send`. To have the kernel gather the
/// three anew for every viewer costs more than to copy the bytes once. Used on one thread.
package struct SharedChunk: ~Copyable {
    /// The most stream bytes in one chunk.
    package static let maximumLength = 256 << 10

    /// Positions in the stream; equal while there is no chunk.
    package private(set) var start: UInt64 = 0
    package private(set) var end: UInt64 = 0
    /// How many bytes of the chunk come before those of the stream.
    package private(set) var headerLength = 0
    private var length = 0
    /// Room for the longest chunk, once there was one. The kernel gives memory only for what is touched.
    private var memory: UnsafeMutableRawBufferPointer?

    package init() {}

    deinit { memory?.deallocate() }

    /// The chunk as it goes out.
    package var bytes: UnsafeRawBufferPointer {
        guard let memory else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(rebasing: memory[..<length])
    }

    /// Frames the bytes of `ring` from `start` to `end`, at most ``maximumLength`` of them.
    package mutating func frame(_ ring: borrowing Ring, from start: UInt64, to end: UInt64) {
        let window = ring.window(from: start, to: end)
        let memory =
            self.memory
            ?? .allocate(
                byteCount: ChunkFraming.maximumHeaderLength + Self.maximumLength + ChunkFraming.lineBreak.count,
                alignment: MemoryLayout<UInt64>.alignment)
        self.memory = memory
        self.start = start
        self.end = end
        headerLength = ChunkFraming.writeHeader(of: window.count, to: memory)
        UnsafeMutableRawBufferPointer(rebasing: memory[headerLength...]).copyMemory(from: window)
        length = headerLength + window.count
        for byte in ChunkFraming.lineBreak {
            memory[length] = byte
            length += 1
        }
    }
}
