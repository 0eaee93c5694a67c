import CLinux
import Foundation

/// Viewers of several streams, each with its own times: when it asked, when its first byte came, its longest silence.
final class Watchers {
    struct Watcher {
        /// Bytes looked at before the rest is only counted.
        static let openingLength = 3 * 188

        fileprivate var socket: Int32
        fileprivate var request: [UInt8]
        fileprivate var isAsked = false
        fileprivate var head: [UInt8] = []
        /// On an engine: whether the first answer names the stream.
        fileprivate var isStart: Bool
        fileprivate var port: Int
        /// Nanoseconds of the machine's clock.
        let openedAt: UInt64
        fileprivate(set) var firstByteAt: UInt64?
        fileprivate(set) var lastReadAt: UInt64?
        fileprivate(set) var longestSilence: UInt64 = 0
        /// Stream bytes.
        fileprivate(set) var bytes = 0
        /// The stream's first bytes.
        fileprivate(set) var opening: [UInt8] = []
        /// Whether the other side has closed, or refused.
        fileprivate(set) var hasEnded = false

        /// Milliseconds from asking to the first byte.
        var firstByteDelay: Double? { firstByteAt.map { Double($0 - openedAt) / 1e6 } }
    }

    private let poll = EventPoll()
    private var buffer = [UInt8](repeating: 0, count: 1 << 20)
    private(set) var all: [Watcher] = []

    deinit {
        for watcher in all where watcher.socket >= 0 { Glibc.close(watcher.socket) }
    }

    /// Asks a proxy for a stream.
    @discardableResult
    func open(_ target: String, port: Int) -> Int {
        add(target, port: port, isStart: false)
    }

    /// Does by hand, at an engine, what a proxy does: the API call, then the stream.
    @discardableResult
    func openAtEngine(content: String, port: Int) -> Int {
        add("/ace/getstream?id=\(content)&format=json&pid=\(content)", port: port, isStart: true)
    }

    func close(_ index: Int) {
        guard all[index].socket >= 0 else { return }
        poll.remove(all[index].socket)
        Glibc.close(all[index].socket)
        all[index].socket = -1
    }

    /// From now on silences are measured anew.
    func forgetSilences() {
        let now = MonotonicTime.nanoseconds()
        for index in all.indices {
            all[index].longestSilence = 0
            if all[index].lastReadAt != nil { all[index].lastReadAt = now }
        }
    }

    /// The longest silence of any open stream, in milliseconds, one that still lasts included.
    var longestSilence: Double {
        let now = MonotonicTime.nanoseconds()
        return all.lazy.filter { $0.socket >= 0 }.map { watcher in
            Double(max(watcher.longestSilence, watcher.lastReadAt.map { now - $0 } ?? 0)) / 1e6
        }.max() ?? .nan
    }

    /// Takes bytes for a while.
    func run(for duration: Duration) {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end { step(max(1, Int((end - .now) / .milliseconds(1)))) }
    }

    /// Takes bytes until something is so.
    /// - Throws: when it is not within `limit`.
    func run(until what: String, within limit: Duration, _ isSo: (Watchers) -> Bool) throws(BenchError) {
        let deadline = ContinuousClock.now + limit
        while !isSo(self) {
            guard ContinuousClock.now < deadline else { throw BenchError("\(what): not within \(limit)") }
            step(5)
        }
    }

    private func add(_ target: String, port: Int, isStart: Bool) -> Int {
        all.append(
            Watcher(
                socket: -1, request: Self.request(target), isStart: isStart, port: port,
                openedAt: MonotonicTime.nanoseconds()))
        connect(all.count - 1)
        return all.count - 1
    }

    private func connect(_ index: Int) {
        let socket = EventPoll.connect(port: all[index].port)
        all[index].socket = socket
        all[index].isAsked = false
        poll.add(socket, Int(WEIR_WRITABLE), token: index)
    }

    /// A body without chunks.
    private static func request(_ target: String) -> [UInt8] {
        Array("GET \(target) HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n".utf8)
    }

    private func step(_ milliseconds: Int) {
        poll.wait(min(20, milliseconds)) { index, _ in
            guard all[index].socket >= 0 else { return }
            if all[index].isAsked { return read(index) }
            let request = all[index].request
            _ = send(all[index].socket, request, request.count, Int32(MSG_NOSIGNAL))
            all[index].isAsked = true
            poll.change(all[index].socket, Int(WEIR_READABLE), token: index)
        }
    }

    private func read(_ index: Int) {
        // Without a look at the bytes the kernel need not copy them.
        let isLooking = all[index].opening.count < Watcher.openingLength
        let flags = Int32(MSG_DONTWAIT) | (isLooking ? 0 : Int32(MSG_TRUNC))
        let count = recv(all[index].socket, &buffer, buffer.count, flags)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else {
            all[index].hasEnded = true
            return close(index)
        }
        let now = MonotonicTime.nanoseconds()
        var body = count
        if all[index].firstByteAt == nil {
            all[index].head += buffer[..<count]
            guard let end = all[index].head.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { return }
            if all[index].isStart { return follow(index) }
            guard all[index].head.starts(with: Array("HTTP/1.".utf8)),
                all[index].head[9...].starts(with: Array("200".utf8))
            else {
                all[index].hasEnded = true
                return close(index)
            }
            body = all[index].head.count - end
            guard body > 0 else { return }
            all[index].firstByteAt = now
            all[index].opening = Array(all[index].head[end...].prefix(Watcher.openingLength))
        } else {
            if let last = all[index].lastReadAt, now - last > all[index].longestSilence {
                all[index].longestSilence = now - last
            }
            if isLooking { all[index].opening += buffer[..<count].prefix(Watcher.openingLength) }
        }
        all[index].lastReadAt = now
        all[index].bytes += body
    }

    /// Goes on with the stream that an engine's answer names.
    private func follow(_ index: Int) {
        let answer = String(decoding: all[index].head, as: UTF8.self)
        guard let url = answer.firstMatch(of: #/"playback_url":\s*"http:\\?\/\\?\/[^\/]+?(?<path>\\?\/[^"]+)"/#) else {
            return
        }
        close(index)
        all[index].request = Self.request(String(url.output.path).replacing("\\/", with: "/"))
        all[index].head = []
        all[index].isStart = false
        connect(index)
    }
}
