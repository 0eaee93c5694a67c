/// Joins another source of the same program to a stream that viewers are in the middle of (ISO/IEC 13818-1).
///
/// The continuity counters of every PID that the old source carried go on without a gap (2.4.3.3). A PID of the new
/// source begins where one of its PES packets or sections starts: what comes before, the rest of something whose
/// beginning nobody has seen, becomes null packets. Each PID's first clock reference carries the discontinuity
/// indicator (2.4.3.5). Gaps and repetitions within the new source stay what they are.
///
/// Packets are rewritten in place; only `init` allocates. The old source costs nothing until it is over: its counters
/// are read from the packets that are still in memory.
public struct Splicer: Sendable {
    /// Packets of the new source after which a PID no longer waits for a start: some private streams never mark one.
    public static let patience = 4096

    /// What is known of one PID.
    private struct Track {
        /// The counter of the newest packet sent, or `unknown`.
        var counter: UInt8
        /// What to add to the new source's counters, or `unknown` before its first packet.
        var shift: UInt8
        /// Whether the new clock has been announced.
        var hasClock: Bool

        static let unknown: UInt8 = 0xFF
    }

    private var tracks = [Track](
        repeating: Track(counter: Track.unknown, shift: Track.unknown, hasClock: false), count: 8192)
    private var patience = Self.patience

    public init() {}

    /// Learns the counters of the old source from whole packets, oldest first. Packets without the sync byte and a rest
    /// of fewer than 188 bytes are ignored.
    public mutating func learn(_ bytes: UnsafeRawBufferPointer) {
        tracks.withUnsafeMutableBufferPointer { tracks in
            Self.forEachPacket(in: bytes) { packet in
                if !packet.isNull { tracks[Int(packet.pid)].counter = packet.continuityCounter }
            }
        }
    }

    /// Numbers packets that are put in front of the new source, such as its program tables: each continues its PID,
    /// whatever counters it has.
    public mutating func number(_ bytes: UnsafeMutableRawBufferPointer) {
        tracks.withUnsafeMutableBufferPointer { tracks in
            Self.forEachPacket(in: UnsafeRawBufferPointer(bytes)) { packet in
                guard !packet.isNull else { return }
                let last = tracks[Int(packet.pid)].counter
                let step: UInt8 = packet.hasPayload ? 1 : 0
                let counter = last == Track.unknown ? packet.continuityCounter : (last &+ step) & 0x0F
                tracks[Int(packet.pid)].counter = counter
                PacketEditor(UnsafeMutableRawBufferPointer(mutating: packet.bytes))?.setContinuityCounter(counter)
            }
        }
    }

    /// A packet without payload that announces a new clock on `pid`, to be put in front of the new source: its time
    /// stamps may come before its first clock reference. Nil when the old source did not carry the PID; then there is
    /// no old clock.
    public func clockAnnouncement(pid: UInt16) -> [UInt8]? {
        let counter = tracks[Int(pid & 0x1FFF)].counter
        guard counter != Track.unknown, pid != TransportPacket.nullPID else { return nil }
        var packet = [UInt8](repeating: 0xFF, count: TransportPacket.size)
        packet[0] = TransportPacket.syncByte
        packet[1] = UInt8(pid >> 8 & 0x1F)
        packet[2] = UInt8(truncatingIfNeeded: pid)
        // Adaptation field only: such a packet does not count, it repeats the counter.
        packet[3] = 0x20 | counter
        packet[4] = UInt8(TransportPacket.size - 5)
        packet[5] = 0x80
        return packet
    }

    /// Rewrites whole packets of the new source, in their order. Packets without the sync byte and a rest of fewer than
    /// 188 bytes stay as they are.
    public mutating func rewrite(_ bytes: UnsafeMutableRawBufferPointer) {
        var patience = patience
        tracks.withUnsafeMutableBufferPointer { tracks in
            Self.forEachPacket(in: UnsafeRawBufferPointer(bytes)) { packet in
                if patience > 0 { patience -= 1 }
                guard !packet.isNull else { return }
                let bytes = UnsafeMutableRawBufferPointer(mutating: packet.bytes)
                let isJoinable = packet.payloadUnitStart || !packet.hasPayload || patience == 0
                Self.rewrite(packet, bytes, &tracks[Int(packet.pid)], isJoinable: isJoinable)
            }
        }
        self.patience = patience
    }

    private static func rewrite(
        _ packet: PacketView, _ bytes: UnsafeMutableRawBufferPointer, _ track: inout Track, isJoinable: Bool
    ) {
        if track.shift == Track.unknown {
            guard isJoinable else { return makeNull(bytes) }
            if packet.hasPayload {
                track.shift =
                    track.counter == Track.unknown ? 0 : (track.counter &+ 1 &- packet.continuityCounter) & 0x0F
            }
        }
        // Before the first payload there is nothing to shift by: a packet without payload repeats the last counter.
        let counter =
            track.shift != Track.unknown
            ? (packet.continuityCounter &+ track.shift) & 0x0F
            : track.counter == Track.unknown ? packet.continuityCounter : track.counter
        bytes[3] = bytes[3] & 0xF0 | counter
        track.counter = counter
        guard !track.hasClock, packet.hasAdaptationField, (1...183).contains(bytes[4]) else { return }
        if packet.clockReferenceOffset != nil {
            bytes[5] |= 0x80
            track.hasClock = true
        }
    }

    private static func makeNull(_ bytes: UnsafeMutableRawBufferPointer) {
        bytes[1] = 0x1F
        bytes[2] = 0xFF
        bytes[3] = 0x10
    }

    private static func forEachPacket(in bytes: UnsafeRawBufferPointer, _ body: (PacketView) -> Void) {
        var offset = 0
        while offset + TransportPacket.size <= bytes.count {
            if let packet = PacketView(UnsafeRawBufferPointer(rebasing: bytes[offset...])) { body(packet) }
            offset += TransportPacket.size
        }
    }
}
