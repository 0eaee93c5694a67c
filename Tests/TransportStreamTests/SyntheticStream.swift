import TransportStream

/// Builds small transport streams of one program.
struct SyntheticStream {
    var bytes: [UInt8] = []
    private var counters: [UInt16: UInt8] = [:]

    static let mapPID: UInt16 = 0x1000
    static let videoPID: UInt16 = 0x100
    static let audioPID: UInt16 = 0x101

    var position: UInt64 { UInt64(bytes.count) }

    mutating func addTables(_ streams: [ProgramMap.Stream], clockPID: UInt16 = videoPID, version: UInt16 = 1) {
        addAssociation()
        var counter = counters[Self.mapPID] ?? 0
        bytes += ProgramMap(programNumber: version, clockPID: clockPID, streams: streams)
            .packets(pid: Self.mapPID, continuityCounter: &counter)
        counters[Self.mapPID] = counter
    }

    mutating func addAssociation() {
        var counter = counters[0] ?? 0
        bytes += ProgramAssociation(mapPID: Self.mapPID).packets(continuityCounter: &counter)
        counters[0] = counter
    }

    mutating func addUnit(
        pid: UInt16 = videoPID, payload: [UInt8], time: UInt64, decoding: UInt64? = nil, randomAccess: Bool = false,
        clock: UInt64? = nil
    ) {
        var counter = counters[pid] ?? 0
        let identifier: UInt8 = pid == Self.audioPID ? 0xC0 : 0xE0
        bytes += PESPacket(streamIdentifier: identifier, presentation: time, decoding: decoding, payload: payload)
            .packets(pid: pid, continuityCounter: &counter, randomAccess: randomAccess, clock: clock)
        counters[pid] = counter
    }

    mutating func addNull() {
        bytes += [0x47, 0x1F, 0xFF, 0x10] + [UInt8](repeating: 0xFF, count: 184)
    }

    /// A recording of video at 25 pictures a second with a key picture every ten, and of audio.
    static func recording(pictures: Int, firstTime: UInt64 = 90_000) -> SyntheticStream {
        var stream = SyntheticStream()
        for picture in 0..<pictures {
            let time = (firstTime + UInt64(picture) * 3600) % Timestamp.modulus
            let isKey = picture % 10 == 0
            if isKey { stream.addTables([.init(code: 0x1B, pid: videoPID), .init(code: 0x0F, pid: audioPID)]) }
            stream.addUnit(
                payload: [UInt8](repeating: UInt8(picture % 200 + 3), count: isKey ? 3000 : 500), time: time + 7200,
                decoding: time, randomAccess: isKey, clock: (time + Timestamp.modulus - 9000) % Timestamp.modulus * 300)
            stream.addUnit(pid: audioPID, payload: [UInt8](repeating: 9, count: 300), time: time)
        }
        return stream
    }
}

/// The packets of a stream.
func withPackets(_ bytes: [UInt8], _ body: (PacketView) throws -> Void) rethrows {
    try bytes.withUnsafeBytes { buffer in
        for start in stride(from: 0, to: buffer.count, by: TransportPacket.size) {
            if let packet = PacketView(UnsafeRawBufferPointer(rebasing: buffer[start...])) { try body(packet) }
        }
    }
}
