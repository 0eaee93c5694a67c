/// Cuts a transport stream into segments that a player can begin with: each starts with the program tables and,
/// wherever the stream allows it, at a random-access point.
///
/// A pure value: packets and the time go in, segments come out. Durations are those of the leading stream's time stamps
/// (decoding times where there are any), else of the program clock, else of the time at which packets came. A segment
/// ends at the first random-access point after its goal; where none comes, at the next picture after the longest
/// duration; at the latest when it has ``maximumBytes``. A clock that breaks, announced or not, ends it too. The
/// continuity counters of the program tables go on from segment to segment (ISO/IEC 13818-1, 2.4.3.3); null packets are
/// left out.
public struct Segmenter: Sendable {
    /// Why a segment ends.
    public enum Cut: Sendable, Hashable {
        /// The next one begins with a random-access point.
        case randomAccess
        /// None came in time.
        case time
        /// The segment has as many bytes as it may.
        case size
        /// The clock or the program changed.
        case discontinuity
        /// The stream ended.
        case end
    }

    public struct Segment: Sendable {
        /// Whole packets.
        public var bytes: [UInt8]
        /// In ticks of 90 kHz.
        public var duration: UInt64
        /// Whether the clock does not continue that of the segment before.
        public var isDiscontinuous: Bool
        /// Whether decoding can start with the first picture.
        public var startsAtRandomAccess: Bool
        public var cut: Cut
    }

    fileprivate struct Open {
        var bytes: [UInt8] = []
        var isDiscontinuous = false
        var startsAtRandomAccess = false
        /// Where the leading stream's time, the program clock and the arrival were at its beginning.
        var start = Marks()
        /// Whether a packet of the program's own has been added.
        var hasMedia = false
    }

    /// The three clocks.
    fileprivate struct Marks {
        /// In ticks of 90 kHz; nil while none was seen.
        var leading: UInt64?
        var program: UInt64?
        /// In ticks of 90 kHz, from any beginning.
        var arrival: UInt64 = 0
    }

    /// The duration from which on a segment ends at a random-access point, in ticks of 90 kHz.
    public static let goal = 3 * Timestamp.ticksPerSecond
    /// The same for the first two, so that a player can begin soon.
    public static let firstGoal = Timestamp.ticksPerSecond
    /// The duration after which a segment ends at the next picture, in ticks of 90 kHz.
    public static let longest = 6 * Timestamp.ticksPerSecond
    /// The longest duration in whole seconds, for the playlist.
    public static let targetDuration = 6
    /// The duration at which a segment ends at any packet: it still rounds to ``targetDuration``.
    private static let limit = longest + 36_000
    /// A step of the clock that is no break: forward, in ticks of 90 kHz.
    private static let largestStep = 5 * Timestamp.ticksPerSecond
    /// How far a time stamp may lie before the one before it, in ticks of 90 kHz.
    private static let largestReordering = Timestamp.ticksPerSecond
    /// How long a random-access point is waited for, in ticks of 90 kHz, before any picture is one to begin with.
    private static let patience = 2 * Timestamp.ticksPerSecond

    /// A segment never gets larger.
    public let maximumBytes: Int
    private var scanner = RandomAccessScanner()
    private var position: UInt64 = 0
    private var open: Open?
    private var last = Marks()
    /// The newest step of the leading stream's time: how long its last picture is shown.
    private var lastStep: UInt64 = 0
    /// Since when a segment could not be begun.
    private var waitingSince: UInt64?
    private var program: ProgramMap?
    private var segmentCount = 0
    /// Whether the next segment does not continue the one before.
    private var isBroken = false
    private var association = Counter()
    private var map = Counter()
    private var mapPID = TransportPacket.nullPID

    /// The continuity counter of a PID whose packets are numbered anew.
    private struct Counter: Sendable {
        var next: UInt8?
    }

    public init(maximumBytes: Int = 8 << 20) {
        self.maximumBytes = max(64 * TransportPacket.size, maximumBytes)
    }

    /// Bytes of the segment that is not complete.
    public var openByteCount: Int { open?.bytes.count ?? 0 }

    /// Takes whole packets, oldest first. A rest of fewer than 188 bytes and packets without a sync byte are left out.
    ///
    /// - Parameters:
    ///   - arrival: when they came, in ticks of 90 kHz from any beginning; must not go backwards.
    ///   - emit: called with each segment that they complete.
    public mutating func append(_ bytes: UnsafeRawBufferPointer, arrival: UInt64, emit: (Segment) -> Void) {
        if waitingSince == nil { waitingSince = arrival }
        last.arrival = max(last.arrival, arrival)
        var offset = 0
        while offset + TransportPacket.size <= bytes.count {
            if let packet = PacketView(UnsafeRawBufferPointer(rebasing: bytes[offset...])), !packet.isNull {
                take(packet, emit: emit)
            }
            offset += TransportPacket.size
        }
    }

    /// Notes that what comes next does not continue what came.
    public mutating func breakOff(emit: (Segment) -> Void) {
        end(.discontinuity, emit: emit)
        isBroken = true
        last.leading = nil
        last.program = nil
        lastStep = 0
        waitingSince = last.arrival
    }

    /// Completes the last segment.
    public mutating func finish(emit: (Segment) -> Void) {
        end(.end, emit: emit)
    }

    private mutating func take(_ packet: PacketView, emit: (Segment) -> Void) {
        scanner.scan(packet.bytes, position: position)
        let isRandomAccess = scanner.lastRandomAccess == position
        position += UInt64(TransportPacket.size)
        if let map = scanner.programMap, map != program {
            if program != nil, open?.hasMedia == true { breakOff(emit: emit) }
            program = map
        }
        let leadingPID = scanner.leadingStreamPID
        let isLeading = packet.pid == leadingPID
        let isPicture = isLeading && packet.payloadUnitStart
        let isClock = packet.pid == scanner.programMap?.clockPID
        if isClock, packet.discontinuityIndicator, open?.hasMedia == true { breakOff(emit: emit) }
        note(packet, isLeading: isLeading, isClock: isClock, emit: emit)
        if let cut = cut(isRandomAccess: isRandomAccess, isPicture: isPicture) { end(cut, emit: emit) }
        if open == nil { begin(isRandomAccess: isRandomAccess, isPicture: isPicture) }
        guard open != nil else { return }
        if isLeading || leadingPID == nil && packet.pid >= 32 { open?.hasMedia = true }
        add(packet)
    }

    /// Whether the segment ends before the packet at hand.
    private func cut(isRandomAccess: Bool, isPicture: Bool) -> Cut? {
        guard let start = open?.start, let size = open?.bytes.count else { return nil }
        if size + TransportPacket.size > maximumBytes { return .size }
        guard open?.hasMedia == true else { return nil }
        let duration = duration(since: start)
        if isRandomAccess, duration >= (segmentCount < 2 ? Self.firstGoal : Self.goal) { return .randomAccess }
        if isPicture ? duration >= Self.longest : duration >= Self.limit { return .time }
        return last.arrival - min(start.arrival, last.arrival) >= 2 * Self.longest ? .time : nil
    }

    /// Follows the clocks, and ends the segment where one breaks.
    private mutating func note(_ packet: PacketView, isLeading: Bool, isClock: Bool, emit: (Segment) -> Void) {
        if isClock, let clock = packet.pcr {
            let time = clock / 300
            if let before = last.program, isBreak(from: before, to: time) { noteBreak(emit: emit) }
            last.program = time
            if open != nil, open?.start.program == nil { open?.start.program = time }
        }
        guard isLeading,
            let offset = PESHeader.decodingOffset(in: packet) ?? PESHeader.presentationOffset(in: packet)
        else { return }
        let time = Timestamp.read(packet.bytes, at: offset)
        if let before = last.leading {
            if isBreak(from: before, to: time) {
                noteBreak(emit: emit)
            } else {
                lastStep = Self.forward(before, time)
            }
        }
        last.leading = time
        if open != nil, open?.start.leading == nil { open?.start.leading = time }
    }

    private mutating func noteBreak(emit: (Segment) -> Void) {
        if open?.hasMedia == true {
            breakOff(emit: emit)
        } else {
            open?.start.leading = nil
            open?.start.program = nil
        }
    }

    private func isBreak(from earlier: UInt64, to later: UInt64) -> Bool {
        let forward = Timestamp.distance(from: earlier, to: later)
        return forward > Self.largestStep && forward < Timestamp.modulus - Self.largestReordering
    }

    /// How long it is since `start`, in ticks of 90 kHz.
    private func duration(since start: Marks) -> UInt64 {
        if let from = start.leading, let to = last.leading { return Self.forward(from, to) }
        if let from = start.program, let to = last.program { return Self.forward(from, to) }
        return last.arrival - min(start.arrival, last.arrival)
    }

    /// Ticks from one time to a later one; none for one that lies a little before.
    private static func forward(_ earlier: UInt64, _ later: UInt64) -> UInt64 {
        let distance = Timestamp.distance(from: earlier, to: later)
        return distance < Timestamp.modulus / 2 ? distance : 0
    }

    /// Begins a segment with the program tables, if the packet at hand is one to begin with.
    ///
    /// A stream that shows no random-access point is begun at any picture, or anywhere, once it has been waited for.
    private mutating func begin(isRandomAccess: Bool, isPicture: Bool) {
        guard scanner.hasProgram else { return }
        let waited = last.arrival - (waitingSince ?? last.arrival)
        guard
            isRandomAccess || segmentCount > 0 && !isBroken || isPicture && waited >= Self.patience
                || waited >= 2 * Self.patience
        else { return }
        open = Open(
            isDiscontinuous: isBroken && segmentCount > 0, startsAtRandomAccess: isRandomAccess, start: last)
        isBroken = false
        let tables = scanner.latestProgramTables
        guard tables.count <= maximumBytes / 2 else { return }
        tables.withUnsafeBytes { bytes in
            for offset in stride(from: 0, to: bytes.count, by: TransportPacket.size) {
                if let packet = PacketView(UnsafeRawBufferPointer(rebasing: bytes[offset...])) { add(packet) }
            }
        }
    }

    /// Adds a packet; those of the program tables get the counter that continues theirs.
    private mutating func add(_ packet: PacketView) {
        let start = open?.bytes.count ?? 0
        open?.bytes.append(contentsOf: packet.bytes)
        switch packet.pid {
        case TransportPacket.associationPID: open?.number(packet, at: start, &association.next)
        case scanner.programMapPID:
            if mapPID != packet.pid {
                mapPID = packet.pid
                map.next = nil
            }
            open?.number(packet, at: start, &map.next)
        default: break
        }
    }

    private mutating func end(_ cut: Cut, emit: (Segment) -> Void) {
        guard let open else { return }
        self.open = nil
        guard open.hasMedia else {
            isBroken = isBroken || open.isDiscontinuous
            return
        }
        segmentCount += 1
        // Where nothing follows, the last picture is shown as long as the one before.
        let rest = cut == .end || cut == .discontinuity ? lastStep : 0
        emit(
            Segment(
                bytes: open.bytes, duration: duration(since: open.start) + rest, isDiscontinuous: open.isDiscontinuous,
                startsAtRandomAccess: open.startsAtRandomAccess, cut: cut))
    }
}

extension Segmenter.Open {
    fileprivate mutating func number(_ packet: PacketView, at start: Int, _ next: inout UInt8?) {
        let counter = next ?? packet.continuityCounter
        bytes[start + 3] = bytes[start + 3] & 0xF0 | counter
        next = packet.hasPayload ? (counter + 1) & 0x0F : counter
    }
}
