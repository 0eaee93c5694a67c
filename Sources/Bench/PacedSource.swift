import CLinux
import Foundation
import NIOConcurrencyHelpers

/// An engine that plays one stream to whoever asks, at a constant rate or as fast as it is taken: bursts of packets,
/// each headed by the time at which it was sent. Runs on a thread of its own until it is stopped.
final class PacedSource: Sendable {
    /// Before each time: bytes that no other part of the stream has.
    static let mark: [UInt8] = Array("WEIR-SENT-AT".utf8)
    private static let packetSize = 188
    /// A burst where there is no rate.
    private static let unthrottledPackets = 348

    let port: Int
    private let listener: Int32
    private let bitsPerSecond: Double?
    private let tick: Duration
    private let isStopped = NIOLockedValueBox(false)

    init(_ scenario: FanoutScenario) throws(BenchError) {
        (listener, port) = try EventPoll.listen(port: 0)
        bitsPerSecond = scenario.bitsPerSecond
        tick = scenario.tick
        let thread = Thread { if self.bitsPerSecond == nil { self.runUnthrottled() } else { self.run() } }
        thread.name = "source"
        thread.start()
    }

    func stop() {
        isStopped.withLockedValue { $0 = true }
    }

    private func run() {
        let poll = EventPoll()
        poll.add(listener, Int(WEIR_READABLE), token: 0)
        var streaming: [Int32] = []
        var burst: [UInt8] = []
        let begin = ContinuousClock.now
        var sent = 0.0
        var next = begin + tick
        while !isStopped.withLockedValue({ $0 }) {
            let wait = max(0, Int((next - .now) / .milliseconds(1)))
            poll.wait(wait) { token, _ in
                if token == 0 {
                    while let socket = EventPoll.accept(listener) {
                        poll.add(socket, Int(WEIR_READABLE), token: Int(socket))
                    }
                } else if answer(Int32(token)) {
                    poll.remove(Int32(token))
                    streaming.append(Int32(token))
                } else {
                    poll.remove(Int32(token))
                    close(Int32(token))
                }
            }
            guard ContinuousClock.now >= next else { continue }
            next += tick
            let due = (ContinuousClock.now - begin) / .seconds(1) * (bitsPerSecond ?? 0) / 8 - sent
            let packets = Int(due) / Self.packetSize
            guard packets > 0 else { continue }
            sent += Double(packets * Self.packetSize)
            Self.fill(&burst, packets)
            streaming.removeAll { socket in
                guard send(socket, burst, burst.count, Int32(MSG_NOSIGNAL)) < 0, errno != EAGAIN else { return false }
                close(socket)
                return true
            }
        }
        for socket in streaming + [listener] { close(socket) }
    }

    private func runUnthrottled() {
        let poll = EventPoll()
        poll.add(listener, Int(WEIR_READABLE), token: 0)
        /// How much of its burst each reader has got.
        var offsets: [Int32: Int] = [:]
        var burst: [UInt8] = []
        Self.fill(&burst, Self.unthrottledPackets)
        while !isStopped.withLockedValue({ $0 }) {
            poll.wait(100) { token, _ in
                let socket = Int32(token)
                if token == 0 {
                    while let socket = EventPoll.accept(listener) {
                        poll.add(socket, Int(WEIR_READABLE), token: Int(socket))
                    }
                } else if let offset = offsets[socket] {
                    let count = burst.withUnsafeBytes { bytes in
                        send(
                            socket, bytes.baseAddress.map { $0 + offset }, bytes.count - offset,
                            Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
                    }
                    if count < 0, errno != EAGAIN {
                        offsets[socket] = nil
                        poll.remove(socket)
                        close(socket)
                    } else {
                        offsets[socket] = (offset + max(0, count)) % burst.count
                    }
                } else if answer(socket) {
                    poll.change(socket, Int(WEIR_WRITABLE), token: token)
                    offsets[socket] = 0
                } else {
                    poll.remove(socket)
                    close(socket)
                }
            }
        }
        for socket in offsets.keys + [listener] { close(socket) }
    }

    /// Answers a request; true when it was for the stream's bytes.
    private func answer(_ socket: Int32) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 8192)
        let count = recv(socket, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        let request = String(decoding: buffer[..<count], as: UTF8.self)
        if request.contains("GET /content") {
            let head = Array("HTTP/1.1 200 OK\r\nContent-Type: video/MP2T\r\nConnection: close\r\n\r\n".utf8)
            return send(socket, head, head.count, Int32(MSG_NOSIGNAL)) > 0
        }
        let url = "http://127.0.0.1:\(port)"
        let body =
            request.contains("format=json")
            ? """
            {"response":{"playback_url":"\(url)/content/x","stat_url":"\(url)/stat/x","command_url":"\(url)/cmd/x",\
            "infohash":"0a48","playback_session_id":"bench","is_live":1,"is_encrypted":0,"client_session_id":-1},\
            "error":null}
            """ : #"{"response":"ok","error":null}"#
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
        let answer = Array((head + "Connection: close\r\n\r\n" + body).utf8)
        _ = send(socket, answer, answer.count, Int32(MSG_NOSIGNAL))
        return false
    }

    private static func fill(_ burst: inout [UInt8], _ packets: Int) {
        burst.removeAll(keepingCapacity: true)
        burst.append(contentsOf: repeatElement(0xff, count: packets * packetSize))
        for packet in 0..<packets {
            let header: [UInt8] = [0x47, 0x01, 0x00, 0x10]
            burst.replaceSubrange(packet * packetSize..<packet * packetSize + 4, with: header)
        }
        burst.replaceSubrange(4..<4 + mark.count, with: mark)
        var now = MonotonicTime.nanoseconds().littleEndian
        withUnsafeBytes(of: &now) { burst.replaceSubrange(4 + mark.count..<12 + mark.count, with: $0) }
    }
}
