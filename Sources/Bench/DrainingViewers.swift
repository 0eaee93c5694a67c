import CLinux
import Foundation

/// Viewers that take every byte at once. A few of them read the times that the source has put into the stream.
final class DrainingViewers {
    struct Result {
        var bytes = 0.0
        var seconds = 0.0
        /// Milliseconds from the source's write to the viewer's read.
        var delays: [Double] = []
        /// Viewers that got bytes during the measurement.
        var fed = 0
    }

    private static let batch = 64

    private let port: Int
    private let count: Int
    private let poll = EventPoll()
    private var sockets: [Int32] = []
    private var bytes: [Int] = []
    private var isStarted: [Bool] = []
    private var tails: [Int: [UInt8]] = [:]
    private var buffer = [UInt8](repeating: 0, count: 1 << 20)
    private var delays: [Double] = []
    private let request: [UInt8]
    private let isSampling: Bool
    /// Viewers that the server has disconnected.
    private(set) var lost = 0

    /// - Parameter isSampling: whether delays are measured.
    init(port: Int, count: Int, target: String, isSampling: Bool) {
        self.port = port
        self.count = count
        self.isSampling = isSampling
        request = Array("GET \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
    }

    deinit {
        for socket in sockets { close(socket) }
    }

    /// Connects everybody and waits until all have bytes.
    func connect() throws(BenchError) {
        let deadline = ContinuousClock.now + .seconds(30)
        while isStarted.filter({ $0 }).count < count {
            while sockets.count < count, sockets.count - isStarted.filter({ $0 }).count < Self.batch {
                let socket = EventPoll.connect(port: port)
                sockets.append(socket)
                bytes.append(0)
                isStarted.append(false)
                poll.add(socket, Int(WEIR_WRITABLE), token: sockets.count - 1)
            }
            step(measuring: false)
            guard ContinuousClock.now < deadline else {
                throw BenchError("\(isStarted.filter { $0 }.count) of \(count) viewers got bytes within 30 s")
            }
        }
    }

    /// Takes bytes for a while.
    func run(for duration: Duration) -> Result {
        let before = bytes
        let begin = ContinuousClock.now
        delays = []
        while begin.duration(to: .now) < duration { step(measuring: true) }
        var result = Result()
        result.seconds = begin.duration(to: .now) / .seconds(1)
        for (now, then) in zip(bytes, before) where now > then {
            result.fed += 1
            result.bytes += Double(now - then)
        }
        result.delays = delays
        return result
    }

    private func step(measuring: Bool) {
        poll.wait(20) { token, readiness in
            let socket = sockets[token]
            if bytes[token] == 0, readiness & Int(WEIR_WRITABLE) != 0, tails[-1 - token] == nil {
                _ = send(socket, request, request.count, Int32(MSG_NOSIGNAL))
                tails[-1 - token] = []
                return poll.change(socket, Int(WEIR_READABLE), token: token)
            }
            let isSampled = isSampling && measuring && token % max(1, count / FanoutScenario.samples) == 0
            // Without a look at the bytes the kernel need not copy them.
            let received =
                isSampled
                ? recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT))
                : recv(socket, &buffer, buffer.count, Int32(MSG_DONTWAIT) | Int32(MSG_TRUNC))
            guard received > 0 else {
                guard received == 0 || errno != EAGAIN else { return }
                lost += 1
                return poll.remove(socket)
            }
            if isSampled { readTimes(token, received) }
            bytes[token] += received
            isStarted[token] = isStarted[token] || bytes[token] > 1000
        }
    }

    private func readTimes(_ token: Int, _ received: Int) {
        let now = MonotonicTime.nanoseconds()
        let mark = PacedSource.mark
        let data = (tails[token] ?? []) + buffer[..<received]
        var start = 0
        data.withUnsafeBytes { data in
            while start + mark.count + 8 <= data.count,
                let found = weir_find(data.baseAddress.map { $0 + start }, data.count - start, mark, mark.count)
            {
                let position = UnsafeRawPointer(found) - (data.baseAddress ?? UnsafeRawPointer(found))
                guard position + mark.count + 8 <= data.count else { break }
                let sent = UInt64(
                    littleEndian: data.loadUnaligned(fromByteOffset: position + mark.count, as: UInt64.self))
                if now >= sent { delays.append(Double(now - sent) / 1e6) }
                start = position + mark.count + 8
            }
        }
        tails[token] = Array(data.suffix(min(data.count - start, mark.count + 7)))
    }
}
