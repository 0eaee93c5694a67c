/// Puts PSI sections together from the packets of one PID, and keeps the packets that carried the section at hand.
struct SectionAssembler {
    /// The packets, in order, that carried the section being assembled or, inside `complete`, just assembled.
    private(set) var packets: [UInt8] = []
    private var section: [UInt8] = []
    private var isCollecting = false

    /// Takes the next packet of the PID and calls `complete` for each section it finishes.
    mutating func append(_ packet: PacketView, complete: (UnsafeRawBufferPointer, [UInt8]) -> Void) {
        var payload = packet.payload
        guard !payload.isEmpty, !packet.isScrambled, !packet.transportError else { return }
        if packet.payloadUnitStart {
            let pointer = Int(packet.bytes[payload.lowerBound])
            let start = payload.lowerBound + 1 + pointer
            guard start <= payload.upperBound else {
                isCollecting = false
                return
            }
            if isCollecting {
                packets.append(contentsOf: packet.bytes)
                section.append(contentsOf: packet.bytes[payload.lowerBound + 1..<start])
                finish(complete)
            }
            restart(packet)
            payload = start..<payload.upperBound
        } else {
            guard isCollecting else { return }
            packets.append(contentsOf: packet.bytes)
        }
        section.append(contentsOf: packet.bytes[payload])
        while isCollecting, finish(complete) {
            guard let next = section.first, next != 0xFF else {
                isCollecting = false
                break
            }
            restart(packet, keepingSection: true)
        }
    }

    private mutating func restart(_ packet: PacketView, keepingSection: Bool = false) {
        packets.removeAll(keepingCapacity: true)
        packets.append(contentsOf: packet.bytes)
        if !keepingSection { section.removeAll(keepingCapacity: true) }
        isCollecting = true
    }

    /// Hands over the section when all of it is there, and removes it from the bytes collected.
    @discardableResult
    private mutating func finish(_ complete: (UnsafeRawBufferPointer, [UInt8]) -> Void) -> Bool {
        guard section.count >= 3 else { return false }
        let length = 3 + (Int(section[1] & 0x0F) << 8 | Int(section[2]))
        guard section.count >= length else { return false }
        section.withUnsafeBytes { complete(UnsafeRawBufferPointer(rebasing: $0[..<length]), packets) }
        section.removeFirst(length)
        return true
    }
}
