/// A zero-copy view of one transport packet.
///
/// The view borrows the bytes: it is valid only as long as the buffer it was made from. Malformed length fields never
/// make an accessor read outside the packet; the field they describe is then absent.
public struct PacketView {
    /// The 188 bytes of the packet.
    public let bytes: UnsafeRawBufferPointer

    /// A view of the first 188 bytes; nil when there are fewer or when they do not start with the sync byte.
    @inlinable
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= TransportPacket.size, bytes[0] == TransportPacket.syncByte else { return nil }
        self.bytes = UnsafeRawBufferPointer(rebasing: bytes[..<TransportPacket.size])
    }

    /// The packet identifier, 13 bits.
    @inlinable public var pid: UInt16 { UInt16(bytes[1] & 0x1F) << 8 | UInt16(bytes[2]) }
    /// Whether a PES packet or a section starts in this packet's payload.
    @inlinable public var payloadUnitStart: Bool { bytes[1] & 0x40 != 0 }
    /// Whether a demodulator marked the packet as damaged.
    @inlinable public var transportError: Bool { bytes[1] & 0x80 != 0 }
    /// Whether the payload is scrambled.
    @inlinable public var isScrambled: Bool { bytes[3] & 0xC0 != 0 }
    /// The continuity counter, 4 bits.
    @inlinable public var continuityCounter: UInt8 { bytes[3] & 0x0F }
    /// Whether the packet carries an adaptation field.
    @inlinable public var hasAdaptationField: Bool { bytes[3] & 0x20 != 0 }
    /// Whether the packet carries payload.
    @inlinable public var hasPayload: Bool { bytes[3] & 0x10 != 0 }
    /// Whether this is a null packet.
    @inlinable public var isNull: Bool { pid == TransportPacket.nullPID }

    /// The adaptation field's flag byte; 0 when there is none.
    @inlinable
    public var adaptationFlags: UInt8 {
        hasAdaptationField && bytes[4] > 0 && bytes[4] <= 183 ? bytes[5] : 0
    }

    /// Whether the sender announces a break of the clock or of the continuity counter here.
    @inlinable public var discontinuityIndicator: Bool { adaptationFlags & 0x80 != 0 }
    /// Whether the sender marks the packet as a point where decoding can start.
    @inlinable public var randomAccessIndicator: Bool { adaptationFlags & 0x40 != 0 }

    /// The offset of the program clock reference's six bytes, when there is one.
    @inlinable
    public var clockReferenceOffset: Int? {
        adaptationFlags & 0x10 != 0 && bytes[4] >= 7 ? 6 : nil
    }

    /// The program clock reference in ticks of 27 MHz, at most 42 bits.
    @inlinable
    public var pcr: UInt64? {
        clockReferenceOffset.map { ClockReference.read(bytes, at: $0) }
    }

    /// The range of the payload within the packet; empty when the packet has none.
    @inlinable
    public var payload: Range<Int> {
        guard hasPayload else { return TransportPacket.size..<TransportPacket.size }
        let start = hasAdaptationField ? 5 + Int(bytes[4]) : 4
        return min(start, TransportPacket.size)..<TransportPacket.size
    }

    /// The range of the adaptation field's private data; nil when there is none.
    public var privateData: Range<Int>? {
        let flags = adaptationFlags
        guard flags & 0x02 != 0 else { return nil }
        var offset = 6
        if flags & 0x10 != 0 { offset += 6 }
        if flags & 0x08 != 0 { offset += 6 }
        if flags & 0x04 != 0 { offset += 1 }
        let end = 5 + Int(bytes[4])
        guard offset < end else { return nil }
        let length = Int(bytes[offset])
        guard offset + 1 + length <= end else { return nil }
        return offset + 1..<offset + 1 + length
    }
}
