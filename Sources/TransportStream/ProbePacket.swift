/// The mark that a generated stream puts on every data packet, so that a receiver can count losses and measure delay.
///
/// The mark is private data of the adaptation field: four bytes "WEIR", a 64-bit sequence number, and the 64-bit send
/// time in nanoseconds of the sender's monotonic clock, both big-endian.
public enum ProbePacket {
    static let magic: [UInt8] = Array("WEIR".utf8)
    static let size = 20

    /// The sequence number and send time of a packet; nil when it carries no mark.
    public static func parse(
        _ bytes: UnsafeRawBufferPointer
    ) -> (sequence: UInt64, sendTimeNanoseconds: UInt64)? {
        guard let packet = PacketView(bytes), let range = packet.privateData, range.count == size,
            packet.bytes[range].starts(with: magic)
        else { return nil }
        let start = range.lowerBound + magic.count
        let number = packet.bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
        let time = packet.bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self)
        return (UInt64(bigEndian: number), UInt64(bigEndian: time))
    }

    /// The sequence number and send time of a packet; nil when it carries no mark.
    public static func parse(_ packet: some Collection<UInt8>) -> (sequence: UInt64, sendTimeNanoseconds: UInt64)? {
        Array(packet).withUnsafeBytes { parse($0) }
    }
}
