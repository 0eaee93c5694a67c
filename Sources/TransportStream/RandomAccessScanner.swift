/// Reads a transport stream as it passes and remembers where a new viewer can start to decode.
///
/// The scanner learns the first program's tables and its leading stream (the first video stream, else the first audio
/// stream). A random-access point is the position of a packet of that stream that starts a PES packet and is either
/// marked by its random access indicator or begins with a sequence header, a key picture or parameter sets; with audio
/// alone, every PES packet is one. Packets of other streams cost a few loads. Nothing is allocated in the steady state.
public struct RandomAccessScanner: Sendable {
    /// How many random-access points are remembered.
    public static let historyLimit = 256

    /// The absolute position of the newest random-access point. Never set before `hasProgram`.
    public private(set) var lastRandomAccess: UInt64?
    /// The PAT and PMT packets as last seen before the newest random-access point; empty before there is one.
    public private(set) var programTables: [UInt8] = []
    /// Packets that did not start with the sync byte. They were skipped.
    public private(set) var misalignedPackets: UInt64 = 0
    /// The program map in force.
    public private(set) var programMap: ProgramMap?

    private var association: ProgramAssociation?
    private var associationPackets: [UInt8] = []
    private var mapPackets: [UInt8] = []
    private var associationSections = SectionAssembler()
    private var mapSections = SectionAssembler()
    private var mapPID: UInt16 = TransportPacket.nullPID
    private var leadingPID: UInt16 = TransportPacket.nullPID
    private var leadingType = StreamType.other(0)
    private var history: [UInt64] = []
    private var oldest = 0
    private var tablesChanged = false

    public init() {
        history.reserveCapacity(Self.historyLimit)
    }

    /// Whether a program association table and the map it names were seen.
    public var hasProgram: Bool { programMap != nil }
    /// The PID that decides about random access; nil without a program or without a stream that can.
    public var leadingStreamPID: UInt16? { leadingPID == TransportPacket.nullPID ? nil : leadingPID }
    /// The PID of the program map; nil before an association table was seen.
    public var programMapPID: UInt16? { mapPID == TransportPacket.nullPID ? nil : mapPID }
    /// The PAT and PMT packets as last seen; empty before `hasProgram`.
    public var latestProgramTables: [UInt8] { hasProgram ? associationPackets + mapPackets : [] }

    /// Scans whole packets; a rest of fewer than 188 bytes is ignored.
    ///
    /// - Parameter position: the absolute stream offset of the first byte.
    public mutating func scan(_ bytes: UnsafeRawBufferPointer, position: UInt64) {
        guard let base = bytes.baseAddress else { return }
        var offset = 0
        let end = bytes.count - bytes.count % TransportPacket.size
        while offset < end {
            let packet = base + offset
            guard packet.load(as: UInt8.self) == TransportPacket.syncByte else {
                misalignedPackets += 1
                offset += TransportPacket.size
                continue
            }
            let second = packet.load(fromByteOffset: 1, as: UInt8.self)
            let pid = UInt16(second & 0x1F) << 8 | UInt16(packet.load(fromByteOffset: 2, as: UInt8.self))
            let isStart = second & 0x40 != 0
            if (pid == leadingPID && isStart) || pid == mapPID || pid == TransportPacket.associationPID,
                pid != TransportPacket.nullPID,
                let view = PacketView(UnsafeRawBufferPointer(start: packet, count: TransportPacket.size))
            {
                examine(view, pid: pid, position: position + UInt64(offset))
            }
            offset += TransportPacket.size
        }
    }

    /// The remembered random-access points at or after `position`, oldest first. All of them fit `programTables`.
    public func randomAccessPoints(from position: UInt64) -> [UInt64] {
        let points = (0..<history.count).map { history[(oldest + $0) % history.count] }
        return Array(points.drop { $0 < position })
    }

    /// The oldest remembered random-access point at or after `position`.
    public func firstRandomAccess(from position: UInt64) -> UInt64? {
        for index in 0..<history.count {
            let point = history[(oldest + index) % history.count]
            if point >= position { return point }
        }
        return nil
    }

    private mutating func examine(_ packet: PacketView, pid: UInt16, position: UInt64) {
        switch pid {
        case TransportPacket.associationPID: learnAssociation(packet)
        case mapPID: learnMap(packet)
        default:
            guard !packet.transportError, isRandomAccess(packet) else { return }
            remember(position)
        }
    }

    private func isRandomAccess(_ packet: PacketView) -> Bool {
        if packet.randomAccessIndicator { return true }
        guard !packet.isScrambled, let payload = PESHeader.payload(of: packet) else { return leadingType.isAudio }
        if leadingType.isAudio { return true }
        return leadingType.startsDecoding(UnsafeRawBufferPointer(rebasing: packet.bytes[payload]))
    }

    private mutating func remember(_ position: UInt64) {
        if tablesChanged {
            history.removeAll(keepingCapacity: true)
            oldest = 0
            tablesChanged = false
        }
        if history.count < Self.historyLimit {
            history.append(position)
        } else {
            history[oldest] = position
            oldest = (oldest + 1) % Self.historyLimit
        }
        lastRandomAccess = position
        programTables.removeAll(keepingCapacity: true)
        programTables.append(contentsOf: associationPackets)
        programTables.append(contentsOf: mapPackets)
    }
}

// MARK: Program tables

extension RandomAccessScanner {
    private mutating func learnAssociation(_ packet: PacketView) {
        var found: ProgramAssociation?
        var carriers: [UInt8] = []
        associationSections.append(packet) { section, packets in
            guard let table = ProgramAssociation(section: section) else { return }
            found = table
            carriers = packets
        }
        guard let found else { return }
        associationPackets.replaceAll(with: carriers)
        guard found != association else { return }
        association = found
        mapPID = found.mapPID
        mapSections = SectionAssembler()
        programMap = nil
        leadingPID = TransportPacket.nullPID
        tablesChanged = true
    }

    private mutating func learnMap(_ packet: PacketView) {
        var found: ProgramMap?
        var carriers: [UInt8] = []
        let wanted = association?.programNumber
        mapSections.append(packet) { section, packets in
            guard let map = ProgramMap(section: section), map.programNumber == wanted else { return }
            found = map
            carriers = packets
        }
        guard let found else { return }
        mapPackets.replaceAll(with: carriers)
        guard found != programMap else { return }
        programMap = found
        leadingPID = found.leadingStream?.pid ?? TransportPacket.nullPID
        leadingType = found.leadingStream?.type ?? .other(0)
        tablesChanged = true
    }
}

extension [UInt8] {
    /// Takes over the bytes of `other` in storage of its own, so that neither array's growth copies the other.
    fileprivate mutating func replaceAll(with other: [UInt8]) {
        removeAll(keepingCapacity: true)
        append(contentsOf: other)
    }
}
