import Foundation
import TransportStream

/// A session's bytes as they come from the engine: the ring, the packet boundaries in it, and where a viewer can join.
///
/// Bytes that do not belong to a packet are dropped before they are published, so that every published boundary is one.
package struct StreamBuffer: ~Copyable {
    /// Where a new viewer starts.
    package struct JoinPoint: Equatable {
        package let position: UInt64
        /// Program tables to send first.
        package let preamble: [UInt8]
    }

    /// Program tables are repeated within this many bytes, at some bitrates several times.
    private static let tableSearchBytes: UInt64 = 1 << 20
    /// Bytes that are enough to recognise MPEG-TS.
    private static let recognition = 4 * TransportPacket.size

    package private(set) var ring: Ring
    package private(set) var layout = PacketLayout.unknown
    private var scanner = RandomAccessScanner()
    private var scanned: UInt64 = 0
    /// Whether the stream's first packet starts a program association table.
    private var opensWithTables = false
    /// Bytes dropped because they were between packets.
    package private(set) var droppedBytes: UInt64 = 0
    /// Rewrites what the second and every further source sends.
    private var splicer: Splicer?
    /// Up to where the splicer has done so.
    private var spliced: UInt64 = 0

    private let dropsNullPackets: Bool
    /// Up to where null packets have been taken out.
    private var thinned: UInt64 = 0
    /// Bytes of null packets that were taken out.
    package private(set) var nullBytes: UInt64 = 0

    /// - Parameter dropsNullPackets: whether packets that carry nothing (PID 0x1FFF, ISO 13818-1 section 2.4.3.3) are
    ///   taken out before they are published.
    package init(capacity: Int, dropsNullPackets: Bool = false) throws(SystemError) {
        ring = try Ring(capacity: capacity)
        self.dropsNullPackets = dropsNullPackets
    }

    /// The newest position that viewers may read up to, always a packet boundary.
    package var limit: UInt64 { layout.boundary(atOrBefore: ring.head) }

    /// Memory for the next bytes.
    package mutating func writableWindow(_ count: Int) -> UnsafeMutableRawBufferPointer {
        ring.writableWindow(count)
    }

    /// Publishes the first `count` bytes written to `window`.
    package mutating func commit(_ count: Int, of window: UnsafeMutableRawBufferPointer) {
        let bytes = UnsafeMutableRawBufferPointer(rebasing: window[..<count])
        if case .packets(let first) = layout {
            let kept = dropBetweenPackets(bytes, phase: Int((ring.head - first) % UInt64(TransportPacket.size)))
            droppedBytes += UInt64(count - kept)
            ring.advance(kept)
        } else {
            ring.advance(count)
        }
        if layout == .unknown { recognise(isFinal: false) }
        if dropsNullPackets { dropNullPackets() }
        rewrite()
        scan()
    }

    /// Whether the stream has packets that another source can continue.
    package var isSpliceable: Bool {
        if case .packets = layout { true } else { false }
    }

    /// Whether a random-access point is in the ring, not counting a start that merely opens with the program tables.
    package var hasRandomAccess: Bool { scanner.lastRandomAccess != nil && randomAccessJoin != nil }

    /// Goes on with another source, both of them with packets: at its random-access point with the program tables in
    /// front, else at its newest packet.
    ///
    /// An incomplete packet at the end is dropped. What `source` sends next is to be committed here.
    package mutating func splice(_ source: borrowing StreamBuffer) {
        precondition(isSpliceable && source.isSpliceable)
        droppedBytes += ring.head - limit
        ring.truncate(to: limit)
        var splicer = Splicer()
        let oldest = layout.boundary(atOrAfter: ring.tail)
        if oldest < limit { splicer.learn(ring.window(from: oldest, to: limit)) }
        let join = source.randomAccessJoin ?? source.newestJoin
        if !join.preamble.isEmpty {
            var packets = join.preamble
            packets.withUnsafeMutableBytes { splicer.number($0) }
            append(packets)
        }
        if let map = source.scanner.programMap, let packet = splicer.clockAnnouncement(pid: map.clockPID) {
            append(packet)
        }
        spliced = ring.head
        self.splicer = splicer
        var position = join.position
        while position < source.ring.head {
            let window = ring.writableWindow(min(64 << 10, Int(source.ring.head - position)))
            window.copyMemory(from: source.ring.window(from: position, to: position + UInt64(window.count)))
            commit(window.count, of: window)
            position += UInt64(window.count)
        }
    }

    private mutating func append(_ packets: [UInt8]) {
        let window = ring.writableWindow(packets.count)
        window.copyBytes(from: packets)
        ring.advance(packets.count)
    }

    private mutating func rewrite() {
        guard limit > spliced, var splicer else { return }
        // One owner at a time: the tables are not copied.
        self.splicer = nil
        splicer.rewrite(ring.mutableWindow(from: spliced, to: limit))
        self.splicer = consume splicer
        spliced = limit
    }

    /// Decides about the layout with what is there: nothing more comes, or not soon.
    package mutating func settleLayout() {
        if layout == .unknown, ring.head > 0 { recognise(isFinal: true) }
        scan()
    }

    /// Where a viewer can start to decode, if such a point is in the ring.
    ///
    /// A stream that opens with its program tables is joined at its very start as long as nothing better has come: the
    /// first viewer then waits no longer for the proxy than for the engine.
    package var randomAccessJoin: JoinPoint? {
        if let position = scanner.lastRandomAccess {
            guard position >= ring.tail, position < limit else { return nil }
            return JoinPoint(position: position, preamble: scanner.programTables)
        }
        if layout == .opaque { return newestJoin }
        return opensWithTables && ring.tail == 0 ? JoinPoint(position: 0, preamble: []) : nil
    }

    /// The oldest point at or after `position` where a viewer can start to decode.
    package func randomAccessJoin(since position: UInt64) -> JoinPoint? {
        guard let point = scanner.firstRandomAccess(from: max(position, ring.tail)), point < limit else { return nil }
        return JoinPoint(position: point, preamble: numbered(scanner.programTables, before: point))
    }

    /// The tables with continuity counters that those of the same PIDs behind `point` go on from.
    private func numbered(_ tables: [UInt8], before point: UInt64) -> [UInt8] {
        var tables = tables
        var next: [UInt16: UInt8] = [:]
        let window = ring.window(from: point, to: min(limit, point + Self.tableSearchBytes))
        for start in stride(from: 0, to: tables.count, by: TransportPacket.size).reversed() {
            let pid = UInt16(tables[start + 1] & 0x1F) << 8 | UInt16(tables[start + 2])
            guard let following = next[pid] ?? Self.counter(of: pid, in: window) else { continue }
            let counter = (following &- 1) & 0x0F
            tables[start + 3] = tables[start + 3] & 0xF0 | counter
            next[pid] = counter
        }
        return tables
    }

    /// The continuity counter of the first packet of `pid` that has a payload.
    private static func counter(of pid: UInt16, in packets: UnsafeRawBufferPointer) -> UInt8? {
        var offset = 0
        while offset + TransportPacket.size <= packets.count {
            let found = UInt16(packets[offset + 1] & 0x1F) << 8 | UInt16(packets[offset + 2])
            if found == pid, packets[offset + 3] & 0x10 != 0 { return packets[offset + 3] & 0x0F }
            offset += TransportPacket.size
        }
        return nil
    }

    /// The newest boundary, for streams that show no random-access point.
    package var newestJoin: JoinPoint {
        if layout == .opaque { return JoinPoint(position: ring.tail == 0 ? 0 : limit, preamble: []) }
        let newest = limit
        let step = UInt64(TransportPacket.size)
        // One packet back, so that the first write carries stream bytes.
        let position = newest >= ring.tail + step ? newest - step : newest
        return JoinPoint(position: position, preamble: scanner.latestProgramTables)
    }

    /// Where a viewer goes on whose cursor the ring has run past.
    package var skipTarget: UInt64 {
        scanner.firstRandomAccess(from: ring.tail + UInt64(ring.capacity / 2))
            ?? layout.boundary(atOrBefore: max(limit, ring.tail))
    }

    private mutating func recognise(isFinal: Bool) {
        if ring.head >= UInt64(TransportPacket.size),
            let packet = PacketView(ring.window(from: 0, to: UInt64(TransportPacket.size))),
            packet.pid == TransportPacket.associationPID, packet.payloadUnitStart, hasSecondPacket ?? true
        {
            opensWithTables = true
            return beginPackets(at: 0)
        }
        guard isFinal || ring.head >= UInt64(Self.recognition) else { return }
        if let offset = Synchronizer.alignment(of: ring.window(from: ring.tail, to: ring.head)) {
            scanned = ring.tail + UInt64(offset)
            droppedBytes += UInt64(offset)
            beginPackets(at: scanned)
        } else {
            layout = .opaque
        }
    }

    /// From here on only packets are kept, of what is there already, too.
    private mutating func beginPackets(at first: UInt64) {
        layout = .packets(first: first)
        let window = ring.mutableWindow(from: first, to: ring.head)
        let kept = dropBetweenPackets(window, phase: 0)
        droppedBytes += UInt64(window.count - kept)
        ring.truncate(to: first + UInt64(kept))
    }

    /// Moves the packets behind null packets forward, before anybody has read either.
    private mutating func dropNullPackets() {
        guard case .packets(let first) = layout, limit > max(thinned, first) else { return }
        let start = max(thinned, layout.boundary(atOrAfter: max(first, ring.tail)))
        let end = ring.head
        guard start < limit else { return }
        let window = ring.mutableWindow(from: start, to: end)
        let whole = Int(limit - start)
        guard let base = window.baseAddress else { return }
        var kept = 0
        for offset in stride(from: 0, to: whole, by: TransportPacket.size) {
            let isNull = window[offset + 1] & 0x1F == 0x1F && window[offset + 2] == 0xFF
            if isNull { continue }
            if kept != offset { (base + kept).copyMemory(from: base + offset, byteCount: TransportPacket.size) }
            kept += TransportPacket.size
        }
        let rest = window.count - whole
        if kept < whole {
            if rest > 0 { memmove(base + kept, base + whole, rest) }
            nullBytes += UInt64(whole - kept)
            ring.truncate(to: start + UInt64(kept + rest))
        }
        thinned = start + UInt64(kept)
    }

    /// Whether a packet follows the first one; nil while nothing does. Some packets have more than 188 bytes.
    private var hasSecondPacket: Bool? {
        let second = UInt64(TransportPacket.size)
        return ring.head > second ? ring.window(from: second, to: second + 1)[0] == TransportPacket.syncByte : nil
    }

    private mutating func scan() {
        guard case .packets = layout, limit > scanned else { return }
        scanned = max(scanned, layout.boundary(atOrAfter: ring.tail))
        scanner.scan(ring.window(from: scanned, to: limit), position: scanned)
        scanned = limit
    }

    /// Removes, in place, what does not start with a sync byte where a packet should start.
    /// - Parameter phase: how many bytes of a packet came before `bytes`.
    /// - Returns: the number of bytes kept.
    private func dropBetweenPackets(_ bytes: UnsafeMutableRawBufferPointer, phase: Int) -> Int {
        var kept = bytes.count
        var start = phase == 0 ? 0 : TransportPacket.size - phase
        while start < kept {
            if bytes[start] == TransportPacket.syncByte {
                start += TransportPacket.size
                continue
            }
            let rest = UnsafeRawBufferPointer(rebasing: bytes[start..<kept])
            guard let offset = Synchronizer.alignment(of: rest), offset > 0 else { return start }
            bytes.baseAddress.map { ($0 + start).copyMemory(from: $0 + start + offset, byteCount: rest.count - offset) }
            kept -= offset
        }
        return kept
    }
}
