/// A PES packet to be written.
public struct PESPacket {
    /// The stream identifier, e.g. 0xE0 for video and 0xC0 for audio.
    public var streamIdentifier: UInt8
    /// When the payload is shown, in ticks of 90 kHz.
    public var presentation: UInt64
    /// When the payload is decoded, in ticks of 90 kHz; nil: when it is shown.
    public var decoding: UInt64?
    /// The elementary stream's bytes.
    public var payload: [UInt8]

    public init(streamIdentifier: UInt8, presentation: UInt64, decoding: UInt64? = nil, payload: [UInt8]) {
        self.streamIdentifier = streamIdentifier
        self.presentation = presentation
        self.decoding = decoding
        self.payload = payload
    }

    /// The header; the length is left open when it does not fit 16 bits.
    public var header: [UInt8] {
        let timestamps = decoding == nil ? 5 : 10
        let size = 3 + timestamps + payload.count
        let length = size > 0xFFFF ? 0 : size
        var header: [UInt8] = [
            0, 0, 1, streamIdentifier, UInt8(length >> 8), UInt8(truncatingIfNeeded: length), 0x80,
            decoding == nil ? 0x80 : 0xC0, UInt8(timestamps),
        ]
        header += Array(repeating: 0, count: timestamps)
        header.withUnsafeMutableBytes {
            Timestamp.write(presentation, to: $0, at: 9, prefix: decoding == nil ? 2 : 3)
            if let decoding { Timestamp.write(decoding, to: $0, at: 14, prefix: 1) }
        }
        return header
    }

    /// The packet split into transport packets on `pid`; the counter is moved on by their number.
    ///
    /// - Parameters:
    ///   - randomAccess: whether the first packet is marked as a random-access point.
    ///   - clock: the program clock reference of the first packet, in ticks of 27 MHz.
    public func packets(
        pid: UInt16, continuityCounter: inout UInt8, randomAccess: Bool = false, clock: UInt64? = nil
    ) -> [UInt8] {
        var rest = (header + payload)[...]
        var packets: [UInt8] = []
        while !rest.isEmpty {
            var builder = PacketBuilder(pid: pid, continuityCounter: continuityCounter)
            builder.payloadUnitStart = packets.isEmpty
            builder.randomAccess = packets.isEmpty && randomAccess
            builder.clock = packets.isEmpty ? clock : nil
            var packet = [UInt8](repeating: 0, count: TransportPacket.size)
            let taken = packet.withUnsafeMutableBytes { builder.write(rest, to: $0) }
            packets += packet
            rest = rest.dropFirst(taken)
            continuityCounter = (continuityCounter + 1) & 0x0F
        }
        return packets
    }
}
