/// The header of a PES packet (ISO/IEC 13818-1, 2.4.3.6), read from the transport packet that starts it.
public enum PESHeader {
    /// The range of the PES packet's payload within `packet`; nil when no PES packet starts there or its header does
    /// not fit.
    public static func payload(of packet: PacketView) -> Range<Int>? {
        guard let start = start(of: packet) else { return nil }
        let header = hasOptionalHeader(packet.bytes[start + 3])
        guard header else { return start + 6..<TransportPacket.size }
        guard start + 9 <= TransportPacket.size else { return nil }
        let payload = start + 9 + Int(packet.bytes[start + 8])
        return payload <= TransportPacket.size ? payload..<TransportPacket.size : nil
    }

    /// The offset of the five bytes of the presentation time stamp; nil when there is none.
    public static func presentationOffset(in packet: PacketView) -> Int? {
        timestampOffset(in: packet, index: 0)
    }

    /// The offset of the five bytes of the decoding time stamp; nil when there is none.
    public static func decodingOffset(in packet: PacketView) -> Int? {
        timestampOffset(in: packet, index: 1)
    }

    /// The number of bytes of the whole PES packet that starts in `packet`; nil when the header leaves it open.
    public static func declaredSize(of packet: PacketView) -> Int? {
        guard let start = start(of: packet) else { return nil }
        let length = Int(packet.bytes[start + 4]) << 8 | Int(packet.bytes[start + 5])
        return length == 0 ? nil : 6 + length
    }

    /// The offset of the PES start code, when a PES packet starts in `packet` unscrambled.
    static func start(of packet: PacketView) -> Int? {
        guard packet.payloadUnitStart, !packet.isScrambled else { return nil }
        let start = packet.payload.lowerBound
        guard start + 6 <= TransportPacket.size, packet.bytes[start] == 0, packet.bytes[start + 1] == 0,
            packet.bytes[start + 2] == 1
        else { return nil }
        return start
    }

    private static func timestampOffset(in packet: PacketView, index: Int) -> Int? {
        guard let start = start(of: packet), hasOptionalHeader(packet.bytes[start + 3]),
            start + 9 <= TransportPacket.size
        else { return nil }
        let flags = packet.bytes[start + 7] >> 6
        let length = Int(packet.bytes[start + 8])
        let offset = start + 9 + index * 5
        guard index == 0 ? flags & 2 != 0 : flags == 3, length >= (index + 1) * 5, offset + 5 <= TransportPacket.size
        else { return nil }
        return offset
    }

    /// Padding, private stream 2, ECM, EMM, DSM-CC, program stream maps and directories have no optional header.
    private static func hasOptionalHeader(_ streamIdentifier: UInt8) -> Bool {
        switch streamIdentifier {
        case 0xBC, 0xBE, 0xBF, 0xF0, 0xF1, 0xF2, 0xF8, 0xFF: false
        default: true
        }
    }
}
