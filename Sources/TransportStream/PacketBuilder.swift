/// One transport packet to be written.
public struct PacketBuilder {
    /// The packet identifier.
    public var pid: UInt16
    /// The continuity counter; only the lower four bits count.
    public var continuityCounter: UInt8
    /// Whether a PES packet or a section starts in the payload.
    public var payloadUnitStart = false
    /// Whether decoding can start here.
    public var randomAccess = false
    /// The program clock reference in ticks of 27 MHz.
    public var clock: UInt64?
    /// Private data of the adaptation field, at most 170 bytes.
    public var privateData: [UInt8] = []

    public init(pid: UInt16, continuityCounter: UInt8) {
        self.pid = pid
        self.continuityCounter = continuityCounter
    }

    /// How many bytes of payload the packet can carry beside its adaptation field.
    public var payloadCapacity: Int { TransportPacket.size - 4 - adaptationSize }

    /// Bytes of the adaptation field with its length byte and without stuffing.
    private var adaptationSize: Int {
        let fields = (clock == nil ? 0 : 6) + (privateData.isEmpty ? 0 : 1 + privateData.count)
        return fields > 0 || randomAccess ? 2 + fields : 0
    }

    /// Writes the packet with as much of `payload` as fits, and stuffs the adaptation field when it does not fill the
    /// packet. Returns the number of payload bytes written.
    @discardableResult
    public func write(_ payload: some Collection<UInt8>, to bytes: UnsafeMutableRawBufferPointer) -> Int {
        let taken = min(payload.count, payloadCapacity)
        let adaptation = TransportPacket.size - 4 - taken
        bytes[0] = TransportPacket.syncByte
        bytes[1] = (payloadUnitStart ? 0x40 : 0) | UInt8(pid >> 8 & 0x1F)
        bytes[2] = UInt8(truncatingIfNeeded: pid)
        bytes[3] = (adaptation > 0 ? 0x20 : 0) | (taken > 0 ? 0x10 : 0) | continuityCounter & 0x0F
        if adaptation > 0 { writeAdaptation(to: bytes, size: adaptation) }
        UnsafeMutableRawBufferPointer(rebasing: bytes[(4 + adaptation)..<TransportPacket.size])
            .copyBytes(from: payload.prefix(taken))
        return taken
    }

    private func writeAdaptation(to bytes: UnsafeMutableRawBufferPointer, size: Int) {
        bytes[4] = UInt8(size - 1)
        guard size > 1 else { return }
        bytes[5] = (randomAccess ? 0x40 : 0) | (clock == nil ? 0 : 0x10) | (privateData.isEmpty ? 0 : 0x02)
        var offset = 6
        if let clock {
            ClockReference.write(clock, to: bytes, at: offset)
            offset += 6
        }
        if !privateData.isEmpty {
            bytes[offset] = UInt8(privateData.count)
            for (index, byte) in privateData.enumerated() { bytes[offset + 1 + index] = byte }
            offset += 1 + privateData.count
        }
        for index in offset..<max(offset, 4 + size) { bytes[index] = 0xFF }
    }
}
