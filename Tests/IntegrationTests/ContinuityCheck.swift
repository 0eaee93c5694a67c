import TransportStream

/// Reads a transport stream packet by packet and notes every break of a PID's continuity counter.
struct ContinuityCheck {
    private(set) var packets = 0
    /// Packets that do not start with the sync byte.
    private(set) var misaligned = 0
    /// Counters that did not follow, e.g. "PID 256: 3 after 1, packet 17".
    private(set) var breaks: [String] = []
    private var counters: [UInt16: UInt8] = [:]
    private var rest: [UInt8] = []

    mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        if !rest.isEmpty {
            offset = min(TransportPacket.size - rest.count, bytes.count)
            rest.append(contentsOf: bytes[..<offset])
            guard rest.count == TransportPacket.size else { return }
            let packet = rest
            rest.removeAll(keepingCapacity: true)
            packet.withUnsafeBytes { note($0) }
        }
        while bytes.count - offset >= TransportPacket.size {
            note(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + TransportPacket.size]))
            offset += TransportPacket.size
        }
        rest.append(contentsOf: bytes[offset...])
    }

    private mutating func note(_ bytes: UnsafeRawBufferPointer) {
        packets += 1
        guard let packet = PacketView(bytes) else {
            misaligned += 1
            return
        }
        guard !packet.isNull else { return }
        let counter = packet.continuityCounter
        if let last = counters[packet.pid] {
            // The counter counts packets with payload.
            let expected = packet.hasPayload ? (last + 1) & 15 : last
            if counter != expected {
                breaks.append("PID \(packet.pid): \(counter) after \(last), packet \(packets)")
            }
        }
        counters[packet.pid] = counter
    }
}
