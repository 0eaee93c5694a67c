/// A recorded transport stream played in an endless loop: packets are numbered from 0 on across all loops, and clock,
/// time stamps and continuity counters run on from one loop to the next.
///
/// The value holds only what must be known about the recording; the recording's bytes are handed to each call that
/// reads them and must be the bytes the value was made from.
///
/// The loop starts with the program's tables and its first random-access point. Of each stream, what precedes its first
/// unit and a last unit that is cut off are left out.
public struct LoopedStream: Sendable {
    /// Why a recording cannot be played.
    public enum Failure: Error, Equatable, Sendable {
        case notTransportStream
        case noProgram
        case tooFewClockReferences
    }

    /// Packets in one loop.
    public let packetCount: UInt64
    /// How long one loop plays, in ticks of 27 MHz.
    public let duration: UInt64
    /// What each loop adds to the time stamps, in ticks of 90 kHz.
    public let timestampStep: UInt64
    /// Numbers, within the loop, of the packets at which decoding can start, ascending.
    public let entryPoints: [UInt64]
    /// The program's tables as at the start of the loop.
    public let programTables: [UInt8]

    let runs: [Run]
    let clockPoints: [ClockPoint]
    let patches: [Patch]
    let counterSteps: [UInt8]

    /// Neighbouring packets of the recording that are neighbours in the loop.
    struct Run: Sendable {
        /// The number, within the loop, of the first packet.
        var number: Int
        /// The byte offset of the first packet in the recording.
        var offset: Int
        var count: Int
    }

    /// When a packet is due.
    struct ClockPoint: Sendable {
        var number: Int
        /// Ticks of 27 MHz since the start of the loop.
        var elapsed: UInt64
    }

    /// A packet with fields that differ from loop to loop; an offset of 0 stands for an absent field.
    struct Patch: Sendable {
        var number: Int
        var clock: UInt8
        var presentation: UInt8
        var decoding: UInt8
    }

    /// Examines a recording: one pass for its structure, one for what must be rewritten.
    public init(examining recording: UnsafeRawBufferPointer) throws(Failure) {
        let survey = try RecordingSurvey(recording)
        var plan = LoopPlan(survey)
        survey.forEachKeptPacket(of: recording) { plan.append($0, at: $1) }
        let timing = try plan.timing(of: survey)
        packetCount = UInt64(plan.packetCount)
        duration = timing.duration
        timestampStep = timing.timestampStep
        clockPoints = plan.clockPoints
        entryPoints = plan.entryPoints
        runs = plan.runs
        patches = plan.patches
        counterSteps = plan.counterSteps
        programTables = survey.programTables
    }

    /// The average rate in bit/s.
    public var bitrate: UInt64 {
        (packetCount * UInt64(TransportPacket.size * 8)).scaled(by: ClockReference.ticksPerSecond, over: duration)
    }

    /// How many packets are due `nanoseconds` after the start of the first loop; the first is due at once.
    public func packetsDue(after nanoseconds: UInt64) -> UInt64 {
        let (loops, ticks) = nanoseconds.scaled(by: 27, over: 1000).quotientAndRemainder(dividingBy: duration)
        let next = clockPoints.partitionPoint { $0.elapsed > ticks }
        let lower = clockPoints[next - 1]
        let upper =
            next < clockPoints.count
            ? clockPoints[next] : ClockPoint(number: Int(packetCount), elapsed: duration)
        let packets = (ticks - lower.elapsed).scaled(
            by: UInt64(upper.number - lower.number), over: upper.elapsed - lower.elapsed)
        return loops * packetCount + min(UInt64(lower.number) + packets + 1, packetCount)
    }

    /// When packet `number` is due, in nanoseconds after the start of the first loop.
    public func dueTime(of number: UInt64) -> UInt64 {
        let (loops, index) = number.quotientAndRemainder(dividingBy: packetCount)
        let next = clockPoints.partitionPoint { $0.number > Int(index) }
        let lower = clockPoints[next - 1]
        let upper =
            next < clockPoints.count
            ? clockPoints[next] : ClockPoint(number: Int(packetCount), elapsed: duration)
        let ticks = (index - UInt64(lower.number)).scaled(
            by: upper.elapsed - lower.elapsed, over: UInt64(upper.number - lower.number))
        return (loops * duration + lower.elapsed + ticks).scaled(by: 1000, over: 27)
    }
}

extension Array {
    /// The index of the first element that satisfies `isAfter`, in an array in which all that do stand last.
    func partitionPoint(where isAfter: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
