import Foundation
import Synchronization
import TestSupport

/// A player: asks for a stream and reads it on a thread of its own, so that what it measures does not depend on how
/// busy the tests' tasks are.
final class StreamReader: Sendable {
    struct Seen: Sendable {
        var status: Int?
        /// The start of an answer that is no stream.
        var text = ""
        var bytes = 0
        var packets = 0
        var misaligned = 0
        var continuityBreaks: [String] = []
        /// The longest time without a byte since the first.
        var longestGap = Duration.zero
        var lastArrival: ContinuousClock.Instant?
        var hasEnded = false
        /// Whether the body ended as its framing says.
        var hasEndedProperly = false
    }

    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// How busy the machine was while this player watched.
    let noise = SchedulingNoise()
    private let state = Mutex(Seen())
    /// The socket; nil once it was closed.
    private let descriptor: Mutex<Int32?>
    /// How much it reads at once, and how long it rests after that, in seconds.
    private let pace: (bytes: Int, pause: Double)

    /// - Parameter bytesPerSecond: how fast it reads; nil: as fast as it can.
    init(_ url: String, bytesPerSecond: Int? = nil) throws {
        guard let parts = URLComponents(string: url), parts.host == "127.0.0.1", let port = parts.port else {
            throw Failure(description: "\(url) is no URL on 127.0.0.1")
        }
        pace = bytesPerSecond.map { (max(1, $0 / 10), 0.1) } ?? (64 << 10, 0)
        let handle = try Self.connect(port: port, receiveBuffer: bytesPerSecond == nil ? nil : 16 << 10)
        descriptor = Mutex(handle)
        let target = parts.percentEncodedPath + (parts.percentEncodedQuery.map { "?" + $0 } ?? "")
        let request = "GET \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nUser-Agent: player\r\n\r\n"
        let thread = Thread {
            self.read(handle, request)
            self.state.withLock { $0.hasEnded = true }
            self.descriptor.withLock { $0 = nil }
            Glibc.close(handle)
        }
        thread.name = "player"
        thread.start()
    }

    /// What has arrived so far. A silence that lasts counts as a gap.
    var seen: Seen {
        state.withLock { state in
            var seen = state
            if let last = seen.lastArrival, !seen.hasEnded {
                seen.longestGap = max(seen.longestGap, ContinuousClock.now - last)
            }
            return seen
        }
    }

    /// Leaves, as a player that is killed.
    func close() {
        descriptor.withLock { if let handle = $0 { _ = shutdown(handle, Int32(SHUT_RDWR)) } }
    }

    /// - Parameter receiveBuffer: how many bytes the kernel may keep; nil: as many as it sees fit.
    static func connect(port: Int, receiveBuffer: Int32? = nil) throws -> Int32 {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(handle, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard handle >= 0, result == 0 else {
            let reason = String(cString: strerror(errno))
            Glibc.close(handle)
            throw Failure(description: "cannot connect to port \(port): \(reason)")
        }
        return handle
    }

    private func read(_ handle: Int32, _ request: String) {
        let bytes = Array(request.utf8)
        guard send(handle, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return }
        var head: [UInt8] = []
        var body = ChunkedBody()
        var check = ContinuityCheck()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pace.bytes, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = recv(handle, buffer.baseAddress, buffer.count, 0)
            guard count > 0 else { return }
            if pace.pause > 0 { Thread.sleep(forTimeInterval: pace.pause) }
            var arrived = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            if state.withLock({ $0.status == nil }) {
                let before = head.count
                head.append(contentsOf: arrived)
                guard let end = head.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
                noteHead(String(decoding: head[..<end.lowerBound], as: UTF8.self))
                arrived = UnsafeRawBufferPointer(rebasing: arrived[(end.upperBound - before)...])
            }
            guard !arrived.isEmpty else { continue }
            noteArrival()
            guard state.withLock({ $0.status == 200 }) else {
                let text = String(decoding: arrived, as: UTF8.self)
                state.withLock { $0.text = String(($0.text + text).prefix(1000)) }
                continue
            }
            var payload = 0
            body.feed(arrived) {
                payload += $0.count
                check.feed($0)
            }
            publish(payload, check)
            if body.isComplete { state.withLock { $0.hasEndedProperly = true } }
            if body.isComplete || body.isMalformed { return }
        }
    }

    private func noteHead(_ text: String) {
        let status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        state.withLock { $0.status = status }
    }

    private func noteArrival() {
        let now = ContinuousClock.now
        state.withLock { seen in
            if let last = seen.lastArrival { seen.longestGap = max(seen.longestGap, now - last) }
            seen.lastArrival = now
        }
    }

    private func publish(_ payload: Int, _ check: ContinuityCheck) {
        state.withLock { seen in
            seen.bytes += payload
            seen.packets = check.packets
            seen.misaligned = check.misaligned
            seen.continuityBreaks = check.breaks
        }
    }
}
