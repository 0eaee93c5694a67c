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
    /// Payload of all units but the newest, without headers, in bytes.
    private var formerPayload: UInt64 = 0
    private var payload: [UInt8] = []
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
            formerPayload += UInt64(payload.count)
            payload.removeAll(keepingCapacity: true)
            if let range = PESHeader.payload(of: packet) { payload.append(contentsOf: source[range]) }
        } else {
            payload.append(contentsOf: packet.bytes[packet.payload])
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

    /// From the first unit's decoding time to the end of the last whole one that starts less than `limit` after it, in
    /// ticks of 90 kHz. Where no later unit tells that end, it is taken from the AAC frames in the last unit or from
    /// its size.
    func end(ofUnitsBefore limit: UInt64) -> UInt64? {
        guard let first = firstDecoding, let index = lastUnit(within: limit), let last = units[index].decoding else {
            return nil
        }
        let start = Timestamp.distance(from: first, to: last)
        if index + 1 < units.count, let next = units[index + 1].decoding {
            return Timestamp.distance(from: first, to: next)
        }
        guard formerPayload > 0 else { return nil }
        return start + (ADTS.duration(of: payload) ?? UInt64(payload.count).scaled(by: start, over: formerPayload))
    }

    /// The index of the first packet after the last unit that is whole and starts less than `limit` after the first.
    func end(within limit: UInt64?, packetCount: Int) -> Int {
        let next = limit.flatMap { lastUnit(within: $0) }.map { $0 + 1 } ?? wholeUnits.count
        return next < units.count ? units[next].packet : packetCount
    }

    private func lastUnit(within limit: UInt64) -> Int? {
        guard let first = firstDecoding else { return nil }
        return wholeUnits.lastIndex { unit in
            unit.decoding.map { Timestamp.distance(from: first, to: $0) < limit } ?? false
        }
    }

    /// All units but a last one that is cut off: of declared length and not complete, or of open length and ending in a
    /// packet without stuffing.
    private var wholeUnits: ArraySlice<Unit> {
        let isWhole = declaredSize.map { size >= $0 } ?? !isLastPacketFull
        return isWhole ? units[...] : units.dropLast()
    }
}
