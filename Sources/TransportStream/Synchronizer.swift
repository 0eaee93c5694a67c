/// Finds the packet boundaries in a stream of bytes.
public enum Synchronizer {
    /// The offset of the first packet, or nil when the bytes are no transport stream or too few to tell.
    ///
    /// The sync byte must repeat in steps of 188 bytes for three packets; where the bytes reach only two packets, two
    /// are enough. Of several offsets within one packet length, the one with the longest run (up to eight) is taken.
    public static func alignment(of bytes: UnsafeRawBufferPointer) -> Int? {
        var best: (offset: Int, run: Int)?
        for offset in 0..<max(0, bytes.count - TransportPacket.size) {
            if let best, offset >= best.offset + TransportPacket.size { break }
            guard bytes[offset] == TransportPacket.syncByte else { continue }
            let run = run(in: bytes, from: offset)
            let needed = offset < TransportPacket.size && offset + 2 * TransportPacket.size >= bytes.count ? 2 : 3
            if run >= needed, run > best?.run ?? 0 { best = (offset, run) }
        }
        return best?.offset
    }

    /// How many sync bytes, at most eight, stand in steps of 188 bytes from `offset`.
    private static func run(in bytes: UnsafeRawBufferPointer, from offset: Int) -> Int {
        var count = 0
        var position = offset
        while count < 8, position < bytes.count, bytes[position] == TransportPacket.syncByte {
            count += 1
            position += TransportPacket.size
        }
        return count
    }
}
