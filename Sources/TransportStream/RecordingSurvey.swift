/// What a first pass over a recording tells: its program, the points at which decoding can start, and the units of
/// each elementary stream.
struct RecordingSurvey {
    /// The byte offset of the recording's first packet.
    let alignment: Int
    /// Whole packets in the recording.
    let packetCount: Int
    /// The program's tables, as last seen before the first random-access point; empty without one.
    private(set) var programTables: [UInt8] = []
    /// The program map last in force.
    private(set) var map = ProgramMap(clockPID: TransportPacket.nullPID, streams: [])
    /// Indices of the packets at which decoding can start, ascending.
    private(set) var entryPoints: [Int] = []
    private var streams: [UInt16: StreamSurvey] = [:]

    init(_ recording: UnsafeRawBufferPointer) throws(LoopedStream.Failure) {
        guard let alignment = Synchronizer.alignment(of: recording) else { throw .notTransportStream }
        self.alignment = alignment
        packetCount = (recording.count - alignment) / TransportPacket.size
        try findEntryPoints(recording)
        surveyStreams(recording)
    }

    /// The index of the packet with which the loop starts.
    var firstPacket: Int { entryPoints.first ?? 0 }

    /// What each loop adds to the time stamps, in ticks of 90 kHz: the leading stream's length, or a little more where
    /// an audio stream's last unit reaches beyond it. Nil when time stamps are missing.
    var timestampStep: UInt64? {
        guard let length = leadingLength else { return nil }
        let audio = map.streams.filter { $0.type.isAudio && $0.pid != map.leadingStream?.pid }
        let ends = audio.compactMap { streams[$0.pid]?.end(ofUnitsBefore: length) }
        return ends.filter { $0 < length + Timestamp.ticksPerSecond }.reduce(length, max)
    }

    private var leadingLength: UInt64? { map.leadingStream.flatMap { streams[$0.pid] }?.length }

    /// Calls `body` with each packet of the loop and its index in the recording (nil for a table put in front).
    func forEachKeptPacket(of recording: UnsafeRawBufferPointer, _ body: (PacketView, Int?) -> Void) {
        programTables.withUnsafeBytes { tables in
            for start in stride(from: 0, to: tables.count, by: TransportPacket.size) {
                PacketView(UnsafeRawBufferPointer(rebasing: tables[start...])).map { body($0, nil) }
            }
        }
        let kept = keptRanges()
        for index in firstPacket..<packetCount {
            guard let packet = packet(index, of: recording) else { continue }
            if let range = kept[Int(packet.pid)], !range.contains(index) { continue }
            body(packet, index)
        }
    }

    /// Of each elementary stream's PID, the packets from its first unit to its last whole one within the loop's length.
    private func keptRanges() -> [Range<Int>?] {
        var ranges = [Range<Int>?](repeating: nil, count: 8192)
        let length = leadingLength
        for (pid, stream) in streams {
            let end = stream.end(within: length, packetCount: packetCount)
            ranges[Int(pid)] = stream.firstPacket..<max(stream.firstPacket, end)
        }
        return ranges
    }

    private func packet(_ index: Int, of recording: UnsafeRawBufferPointer) -> PacketView? {
        PacketView(UnsafeRawBufferPointer(rebasing: recording[(alignment + index * TransportPacket.size)...]))
    }

    /// Packet by packet up to the first random-access point, so that the tables are those that stand before it; then a
    /// block at a time.
    private mutating func findEntryPoints(_ recording: UnsafeRawBufferPointer) throws(LoopedStream.Failure) {
        var scanner = RandomAccessScanner()
        var index = 0
        while index < packetCount {
            let end = min(packetCount, index + (entryPoints.isEmpty ? 1 : RandomAccessScanner.historyLimit))
            let bytes = alignment + index * TransportPacket.size..<alignment + end * TransportPacket.size
            let position = UInt64(index * TransportPacket.size)
            scanner.scan(UnsafeRawBufferPointer(rebasing: recording[bytes]), position: position)
            if let newest = scanner.lastRandomAccess, newest >= position {
                if entryPoints.isEmpty { programTables = scanner.programTables }
                entryPoints += scanner.randomAccessPoints(from: position).map { Int($0) / TransportPacket.size }
            }
            index = end
        }
        guard let map = scanner.programMap else { throw .noProgram }
        self.map = map
    }

    private mutating func surveyStreams(_ recording: UnsafeRawBufferPointer) {
        var surveys = [StreamSurvey?](repeating: nil, count: 8192)
        for stream in map.streams where stream.type.isVideo || stream.type.isAudio {
            surveys[Int(stream.pid)] = StreamSurvey()
        }
        for index in firstPacket..<packetCount {
            guard let packet = packet(index, of: recording), packet.hasPayload else { continue }
            surveys[Int(packet.pid)]?.append(packet, index: index)
        }
        for stream in map.streams {
            if let survey = surveys[Int(stream.pid)], !survey.isEmpty { streams[stream.pid] = survey }
        }
    }
}
