/// The units (PES packets) of one elementary stream in a recording.
struct StreamSurvey {
    private struct Unit {
        var packet: Int
        /// The decoding time stamp, else the presentation time stamp, in ticks of 90 kHz.
        var decoding: UInt64?
    }

    private var units: [Unit] = []
    private var declaredSize: Int?
    private var size = 0
    private var isLastPacketFull = false

    /// Whether no unit starts in the recording.
    var isEmpty: Bool { units.isEmpty }
    /// The index of the packet that starts the first unit.
    var firstPacket: Int { units.first?.packet ?? 0 }
    /// The first unit's decoding time stamp, in ticks of 90 kHz.
    var firstDecoding: UInt64? { units.first?.decoding }

    /// Takes the stream's next packet that carries payload.
    mutating func append(_ packet: PacketView, index: Int) {
        if packet.payloadUnitStart {
            let source = packet.bytes
            let offset = PESHeader.decodingOffset(in: packet) ?? PESHeader.presentationOffset(in: packet)
            units.append(Unit(packet: index, decoding: offset.map { Timestamp.read(source, at: $0) }))
            declaredSize = PESHeader.declaredSize(of: packet)
            size = 0
        }
        size += packet.payload.count
        isLastPacketFull = !packet.hasAdaptationField
    }

    /// From the first unit's decoding time to one unit after the last whole one's, in ticks of 90 kHz. Nil with fewer
    /// than two units that carry time stamps.
    var length: UInt64? {
        let times = wholeUnits.compactMap(\.decoding)
        guard let first = times.first, let last = times.last, times.count >= 2 else { return nil }
        let steps = zip(times, times.dropFirst()).map { Timestamp.distance(from: $0, to: $1) }.sorted()
        return (Timestamp.distance(from: first, to: last) + steps[steps.count / 2]) % Timestamp.modulus
    }

    /// The index of the first packet after the last unit that is whole and starts less than `length` after the first.
    func end(within length: UInt64?, packetCount: Int) -> Int {
        let whole = wholeUnits.count < units.count ? units[wholeUnits.count].packet : packetCount
        guard let length, let first = firstDecoding else { return whole }
        let late = units.last { unit in
            unit.decoding.map { Timestamp.distance(from: first, to: $0) < length } ?? true
        }
        guard let late, let next = units.first(where: { $0.packet > late.packet }) else { return whole }
        return min(whole, next.packet)
    }

    /// All units but a last one that is cut off: of declared length and not complete, or of open length and ending in a
    /// packet without stuffing.
    private var wholeUnits: ArraySlice<Unit> {
        let isWhole = declaredSize.map { size >= $0 } ?? !isLastPacketFull
        return isWhole ? units[...] : units.dropLast()
    }
}
