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

    package init(capacity: Int) throws(SystemError) {
        ring = try Ring(capacity: capacity)
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
            let kept = dropBetweenPackets(bytes, first: first)
            droppedBytes += UInt64(count - kept)
            ring.advance(kept)
        } else {
            ring.advance(count)
        }
        if layout == .unknown { recognise(isFinal: false) }
        scan()
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
            packet.pid == TransportPacket.associationPID, packet.payloadUnitStart
        {
            opensWithTables = true
            layout = .packets(first: 0)
            return
        }
        guard isFinal || ring.head >= UInt64(Self.recognition) else { return }
        if let offset = Synchronizer.alignment(of: ring.window(from: ring.tail, to: ring.head)) {
            layout = .packets(first: ring.tail + UInt64(offset))
            scanned = ring.tail + UInt64(offset)
            droppedBytes += UInt64(offset)
        } else {
            layout = .opaque
        }
    }

    private mutating func scan() {
        guard case .packets = layout, limit > scanned else { return }
        scanned = max(scanned, layout.boundary(atOrAfter: ring.tail))
        scanner.scan(ring.window(from: scanned, to: limit), position: scanned)
        scanned = limit
    }

    /// Removes, in place, what does not start with a sync byte where a packet should start.
    /// - Returns: the number of bytes kept.
    private func dropBetweenPackets(_ bytes: UnsafeMutableRawBufferPointer, first: UInt64) -> Int {
        let phase = Int((ring.head - first) % UInt64(TransportPacket.size))
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
