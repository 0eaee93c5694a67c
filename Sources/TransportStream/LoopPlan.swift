/// Collects, packet by packet, what must be known to play a recording in a loop.
struct LoopPlan {
    private(set) var packetCount = 0
    private(set) var runs: [LoopedStream.Run] = []
    private(set) var clockPoints = [LoopedStream.ClockPoint(number: 0, elapsed: 0)]
    private(set) var patches: [LoopedStream.Patch] = []
    private(set) var entryPoints: [UInt64] = []

    private let survey: RecordingSurvey
    private var pendingEntryPoints: ArraySlice<Int>
    private var firstCounters = [UInt8?](repeating: nil, count: 8192)
    private var lastCounters = [UInt8](repeating: 0, count: 8192)
    private var firstClock: UInt64?
    private var lastClock: UInt64 = 0

    /// The longest step between two clock references that is taken as time passing; more is a break, in 27 MHz ticks.
    private static let longestStep = 5 * ClockReference.ticksPerSecond

    init(_ survey: RecordingSurvey) {
        self.survey = survey
        pendingEntryPoints = survey.entryPoints[...]
    }

    /// Takes the loop's next packet; `index` is its number in the recording, nil for a table put in front.
    mutating func append(_ packet: PacketView, at index: Int?) {
        let pid = Int(packet.pid)
        if packet.hasPayload {
            if firstCounters[pid] == nil { firstCounters[pid] = packet.continuityCounter }
            lastCounters[pid] = packet.continuityCounter
        }
        if let index {
            extendRuns(with: index)
            if pendingEntryPoints.first == index {
                pendingEntryPoints.removeFirst()
                entryPoints.append(UInt64(packetCount))
            }
        }
        notePatch(packet)
        if packet.pid == survey.map.clockPID, let clock = packet.pcr { noteClock(clock) }
        packetCount += 1
    }

    /// What each loop adds to the continuity counter, by PID.
    var counterSteps: [UInt8] {
        zip(firstCounters, lastCounters).map { first, last in first.map { (last &+ 1 &- $0) & 0x0F } ?? 0 }
    }

    /// The loop's playing time (27 MHz) and what it adds to the time stamps (90 kHz).
    ///
    /// The step is that of the time stamps when that leaves a plausible time from the last clock reference to
    /// the next loop's first; otherwise the last packets are taken to pass at the average rate.
    func timing(
        of survey: RecordingSurvey
    ) throws(LoopedStream.Failure) -> (duration: UInt64, timestampStep: UInt64) {
        guard let firstClock, let last = clockPoints.last, last.elapsed > 0 else { throw .tooFewClockReferences }
        if let step = survey.timestampStep {
            let next = (firstClock + step * 300) % ClockReference.modulus
            let tail = ClockReference.distance(from: lastClock, to: next)
            if (1...Self.longestStep).contains(tail) { return (last.elapsed + tail, step) }
        }
        let average = max(1, last.elapsed / UInt64(max(1, last.number)))
        let tail = average * UInt64(packetCount - last.number)
        let played = ClockReference.distance(from: firstClock, to: lastClock)
        let step = (played + tail + 299) / 300
        return (last.elapsed + step * 300 - played, step % Timestamp.modulus)
    }

    private mutating func extendRuns(with index: Int) {
        let offset = survey.alignment + index * TransportPacket.size
        if let run = runs.last, run.offset + run.count * TransportPacket.size == offset {
            runs[runs.count - 1].count += 1
        } else {
            runs.append(.init(number: packetCount, offset: offset, count: 1))
        }
    }

    private mutating func notePatch(_ packet: PacketView) {
        let clock = packet.clockReferenceOffset ?? 0
        let presentation = PESHeader.presentationOffset(in: packet) ?? 0
        guard clock > 0 || presentation > 0 else { return }
        patches.append(
            .init(
                number: packetCount, clock: UInt8(clock), presentation: UInt8(presentation),
                decoding: UInt8(PESHeader.decodingOffset(in: packet) ?? 0)))
    }

    private mutating func noteClock(_ clock: UInt64) {
        defer { lastClock = clock }
        guard let last = clockPoints.last, firstClock != nil else {
            firstClock = clock
            if packetCount > 0 { clockPoints.append(.init(number: packetCount, elapsed: 0)) }
            return
        }
        var step = ClockReference.distance(from: lastClock, to: clock)
        if step > Self.longestStep {
            step = last.number > 0 ? last.elapsed / UInt64(last.number) * UInt64(packetCount - last.number) : 0
        }
        clockPoints.append(.init(number: packetCount, elapsed: last.elapsed + step))
    }
}
