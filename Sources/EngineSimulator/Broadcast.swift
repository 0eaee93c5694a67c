import TransportStream

/// An endless transport stream whose packets are numbered from 0 and due at known times.
protocol Broadcast: Sendable {
    /// The average rate in bit/s.
    var bitrate: UInt64 { get }
    /// Packets after which the pattern of segments repeats.
    var period: UInt64 { get }
    /// The first packets of the segments of one period; the first is 0.
    var segmentStarts: [UInt64] { get }
    /// How many packets are due a time (nanoseconds) after the start.
    func packetsDue(after nanoseconds: UInt64) -> UInt64
    /// When a packet is due, in nanoseconds after the start.
    func dueTime(of number: UInt64) -> UInt64
    /// Writes packets, as sent at `sendTime` (nanoseconds of the monotonic clock).
    func write(_ numbers: Range<UInt64>, sendTime: UInt64, to bytes: UnsafeMutableRawBufferPointer)
    /// The program tables to put in front of a segment that starts at `number`; empty when the segment has them.
    func programTables(before number: UInt64) -> [UInt8]
}

extension Broadcast {
    /// The packets of segment `index`, counted from the start of the broadcast.
    func segment(_ index: UInt64) -> Range<UInt64> {
        segmentStart(index)..<segmentStart(index + 1)
    }

    /// How many segments are complete a time (nanoseconds) after the start.
    func segmentsComplete(after nanoseconds: UInt64) -> UInt64 {
        let (loops, index) = packetsDue(after: nanoseconds).quotientAndRemainder(dividingBy: period)
        let started = segmentStarts.filter { $0 <= index }.count
        return loops * UInt64(segmentStarts.count) + UInt64(started) - 1
    }

    /// How long segment `index` plays, in nanoseconds.
    func segmentDuration(_ index: UInt64) -> UInt64 {
        dueTime(of: segmentStart(index + 1)) - dueTime(of: segmentStart(index))
    }

    private func segmentStart(_ index: UInt64) -> UInt64 {
        let (loops, rest) = index.quotientAndRemainder(dividingBy: UInt64(segmentStarts.count))
        return loops * period + segmentStarts[Int(rest)]
    }
}

/// A recording played in an endless loop.
struct RecordedBroadcast: Broadcast {
    private let file: MappedFile
    private let stream: LoopedStream
    let segmentStarts: [UInt64]

    private static let segmentLength: UInt64 = 2_000_000_000

    init(path: String) throws(SimulatedEngineError) {
        file = try MappedFile(path: path)
        do throws(LoopedStream.Failure) {
            stream = try LoopedStream(examining: file.bytes)
        } catch {
            throw .source(path: path, reason: error.reason)
        }
        segmentStarts = Self.segmentStarts(of: stream)
    }

    var bitrate: UInt64 { stream.bitrate }
    var period: UInt64 { stream.packetCount }
    func packetsDue(after nanoseconds: UInt64) -> UInt64 { stream.packetsDue(after: nanoseconds) }
    func dueTime(of number: UInt64) -> UInt64 { stream.dueTime(of: number) }

    func write(_ numbers: Range<UInt64>, sendTime: UInt64, to bytes: UnsafeMutableRawBufferPointer) {
        stream.write(numbers, of: file.bytes, to: bytes)
    }

    func programTables(before number: UInt64) -> [UInt8] {
        let (loop, index) = number.quotientAndRemainder(dividingBy: period)
        return index == 0 ? [] : stream.programTables(inLoop: loop)
    }

    /// Segments start at random-access points at least `segmentLength` apart; without such points, at any packet.
    private static func segmentStarts(of stream: LoopedStream) -> [UInt64] {
        var starts: [UInt64] = [0]
        var next = segmentLength
        let end = stream.dueTime(of: stream.packetCount - 1)
        if stream.entryPoints.isEmpty {
            while next + segmentLength / 2 < end {
                starts.append(stream.packetsDue(after: next))
                next += segmentLength
            }
        }
        for point in stream.entryPoints {
            let time = stream.dueTime(of: point)
            guard time >= next, time + segmentLength / 2 < end else { continue }
            starts.append(point)
            next = time + segmentLength
        }
        return starts
    }
}

/// The generated stream.
extension ProbeStream: Broadcast {
    var period: UInt64 { packetsPerGroup * 4 }
    var segmentStarts: [UInt64] { [0] }
    func programTables(before number: UInt64) -> [UInt8] { [] }
}

extension LoopedStream.Failure {
    fileprivate var reason: String {
        switch self {
        case .notTransportStream: "is not an MPEG transport stream"
        case .noProgram: "has no program tables"
        case .tooFewClockReferences: "has fewer than two program clock references"
        }
    }
}
