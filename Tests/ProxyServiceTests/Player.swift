import Foundation
import ProxyService
import NIOConcurrencyHelpers
import Synchronization
import TransportStream

/// A player: opens a stream, reads it on a thread of its own and notes what a viewer would notice.
final class Player: Sendable {
    struct Seen: Sendable {
        var status: Int?
        var isChunked = false
        var body: [UInt8] = []
        var bytes = 0
        var packets = 0
        var misaligned = 0
        /// Sequence numbers of the marked packets: the first, the last, and how many were skipped in between.
        var firstSequence: UInt64?
        var lastSequence: UInt64?
        var lost: UInt64 = 0
        /// Breaks of a PID's continuity counter.
        var continuityBreaks = 0
        /// Clock references that announce a new clock.
        var announcedClocks = 0
        var counters: [UInt16: UInt8] = [:]
        var longestGap = Duration.zero
        var firstByteAfter: Duration?
        var firstPID: UInt16?
        /// The body ended as its framing says.
        var endedCleanly = false
        var isClosed = false
    }

    private let seen = NIOLockedValueBox(Seen())
    private let isPaused = Atomic<Bool>(false)
    private let isStopped = Atomic<Bool>(false)
    private let descriptor: Int32

    /// - Parameters:
    ///   - receiveBuffer: SO_RCVBUF, to make a stall felt early.
    ///   - keepsBody: whether the first bytes of the body are kept as text.
    init(
        port: Int, target: String, version: String = "1.1", headers: String = "", receiveBuffer: Int32? = nil
    ) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        let request = Array("GET \(target) HTTP/\(version)\r\nHost: proxy\r\nUser-Agent: test\r\n\(headers)\r\n".utf8)
        _ = send(descriptor, request, request.count, 0)
        Thread { self.read() }.start()
    }

    var state: Seen { seen.withLockedValue { $0 } }

    func pause() { isPaused.store(true, ordering: .relaxed) }
    func resume() { isPaused.store(false, ordering: .relaxed) }

    /// Leaves as a killed player does.
    func kill() {
        isStopped.store(true, ordering: .relaxed)
        // Once it is closed, the number may be another connection's.
        seen.withLockedValue { if !$0.isClosed { shutdown(descriptor, Int32(SHUT_RDWR)) } }
    }

    private func read() {
        let start = ContinuousClock.now
        var lastByteAt: ContinuousClock.Instant?
        var head: [UInt8]? = []
        var chunks: ChunkedDecoder?
        var rest: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while !isStopped.load(ordering: .relaxed) {
            if isPaused.load(ordering: .relaxed) {
                usleep(5000)
                lastByteAt = nil
                continue
            }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { break }
            let now = ContinuousClock.now
            var body = Array(buffer[..<count])
            if var collected = head {
                collected += body
                head = collected
                guard let parsed = try? collected.withUnsafeBytes({ try ResponseHead.parse($0) }) else { continue }
                head = nil
                if parsed.head.isChunked { chunks = ChunkedDecoder() }
                seen.withLockedValue {
                    $0.status = parsed.head.status
                    $0.isChunked = parsed.head.isChunked
                }
                body = Array(collected[parsed.length...])
                if body.isEmpty { continue }
            }
            if chunks != nil {
                let decoded = body.withUnsafeMutableBytes { (try? chunks?.decode($0)) ?? 0 }
                body = Array(body[..<decoded])
            }
            let gap = lastByteAt.map { $0.duration(to: now) } ?? .zero
            lastByteAt = now
            rest += body
            seen.withLockedValue { seen in
                if seen.firstByteAfter == nil { seen.firstByteAfter = start.duration(to: now) }
                seen.longestGap = max(seen.longestGap, gap)
                seen.bytes += body.count
                if seen.body.count < 4096 { seen.body += body.prefix(4096) }
                seen.endedCleanly = chunks?.isAtEnd ?? false
                note(&seen, &rest)
            }
        }
        seen.withLockedValue {
            $0.isClosed = true
            close(descriptor)
        }
    }

    private func note(_ seen: inout Seen, _ rest: inout [UInt8]) {
        let whole = rest.count - rest.count % TransportPacket.size
        rest.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: whole, by: TransportPacket.size) {
                seen.packets += 1
                let packet = UnsafeRawBufferPointer(rebasing: bytes[start..<start + TransportPacket.size])
                guard let view = PacketView(packet) else {
                    seen.misaligned += 1
                    continue
                }
                note(&seen, view)
            }
        }
        rest.removeFirst(whole)
    }

    private func note(_ seen: inout Seen, _ packet: PacketView) {
        let pid = packet.pid
        if seen.firstPID == nil { seen.firstPID = pid }
        if pid != TransportPacket.nullPID {
            let counter = packet.continuityCounter
            let step: UInt8 = packet.hasPayload ? 1 : 0
            let last = seen.counters.updateValue(counter, forKey: pid)
            if let last, (last + step) & 15 != counter { seen.continuityBreaks += 1 }
            if packet.discontinuityIndicator, packet.pcr != nil { seen.announcedClocks += 1 }
        }
        guard let (sequence, _) = ProbePacket.parse(packet.bytes) else { return }
        if seen.firstSequence == nil { seen.firstSequence = sequence }
        if let last = seen.lastSequence, sequence > last + 1 { seen.lost += sequence - last - 1 }
        seen.lastSequence = sequence
    }
}

/// Waits until `condition` holds, at most `limit`.
func eventually(
    within limit: Duration = .seconds(15), _ condition: @Sendable () async throws -> Bool
) async rethrows -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return try await condition()
}
