import CLinux
import Foundation

/// Many requests on connections that are kept open, each request measured.
final class RequestLoad {
    /// What came of a load.
    struct Outcome {
        /// Milliseconds from the time a request was due to the last byte of its answer.
        var delays = Spread([])
        /// How often each status was answered.
        var statuses: [Int: Int] = [:]
        var seconds = 0.0

        var answered: Int { statuses.values.reduce(0, +) }
        var perSecond: Double { Double(answered) / seconds }
        /// Answers other than 200.
        var refused: Int { answered - (statuses[200] ?? 0) }
    }

    private struct Connection {
        var descriptor: Int32
        /// When the request under way was due; nil while there is none.
        var dueAt: UInt64?
        var unsent: ArraySlice<UInt8> = []
        var received: [UInt8] = []
    }

    private let poll = EventPoll()
    private var connections: [Connection] = []
    private var delays: [Double] = []
    private var statuses: [Int: Int] = [:]

    init(port: Int, connections count: Int) {
        for token in 0..<count {
            let descriptor = EventPoll.connect(port: port)
            connections.append(Connection(descriptor: descriptor))
            poll.add(descriptor, Int(WEIR_READABLE), token: token)
        }
    }

    deinit {
        for connection in connections { close(connection.descriptor) }
    }

    /// Each connection asks again as soon as it is answered.
    /// - Parameter request: the request for a connection's number, whole.
    func run(for duration: Duration, request: (Int) -> [UInt8]) throws(BenchError) -> Outcome {
        try measure(for: duration) { now, isOver throws(BenchError) in
            for token in connections.indices where connections[token].dueAt == nil && !isOver {
                try send(request(token), on: token, dueAt: now)
            }
        }
    }

    /// So many requests a second, whether or not the earlier ones are answered: what is late because the server or a
    /// connection is busy counts from when it was due.
    func run(for duration: Duration, perSecond rate: Double, request: (Int) -> [UInt8]) throws(BenchError) -> Outcome {
        let begin = MonotonicTime.nanoseconds()
        var sent = 0
        return try measure(for: duration) { now, isOver throws(BenchError) in
            while !isOver {
                let due = begin + UInt64(Double(sent) / rate * 1e9)
                guard due <= now, let token = connections.firstIndex(where: { $0.dueAt == nil }) else { return }
                try send(request(sent), on: token, dueAt: due)
                sent += 1
            }
        }
    }

    private func measure(
        for duration: Duration, turn: (_ now: UInt64, _ isOver: Bool) throws(BenchError) -> Void
    ) throws(BenchError) -> Outcome {
        delays = []
        statuses = [:]
        let begin = MonotonicTime.nanoseconds()
        let end = begin + UInt64(duration / .nanoseconds(1))
        let last = end + 20_000_000_000
        while true {
            let now = MonotonicTime.nanoseconds()
            try turn(now, now >= end)
            if now >= end, connections.allSatisfy({ $0.dueAt == nil }) { break }
            guard now < last else { throw BenchError("requests are not answered within 20 s") }
            var ready: [(token: Int, readiness: Int)] = []
            poll.wait(1) { ready.append(($0, $1)) }
            for (token, readiness) in ready { try serve(token, readiness) }
        }
        let seconds = Double(MonotonicTime.nanoseconds() - begin) / 1e9
        return Outcome(delays: Spread(delays), statuses: statuses, seconds: seconds)
    }

    private func send(_ request: [UInt8], on token: Int, dueAt: UInt64) throws(BenchError) {
        connections[token].dueAt = dueAt
        connections[token].unsent = request[...]
        try push(token)
    }

    private func push(_ token: Int) throws(BenchError) {
        let unsent = connections[token].unsent
        let count = unsent.withUnsafeBytes {
            Glibc.send(connections[token].descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard count >= 0 || errno == EAGAIN else { throw BenchError("a connection broke while a request was sent") }
        connections[token].unsent = unsent.dropFirst(max(0, count))
        let interest = connections[token].unsent.isEmpty ? WEIR_READABLE : WEIR_READABLE | WEIR_WRITABLE
        poll.change(connections[token].descriptor, Int(interest), token: token)
    }

    private func serve(_ token: Int, _ readiness: Int) throws(BenchError) {
        if readiness & Int(WEIR_WRITABLE) != 0, !connections[token].unsent.isEmpty { try push(token) }
        guard readiness & ~Int(WEIR_WRITABLE) != 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(connections[token].descriptor, &buffer, buffer.count, 0)
        if count < 0, errno == EAGAIN { return }
        guard count > 0 else { throw BenchError("the server closed a connection") }
        connections[token].received += buffer[..<count]
        guard let status = completeAnswer(in: connections[token].received) else { return }
        connections[token].received = []
        statuses[status, default: 0] += 1
        if let dueAt = connections[token].dueAt {
            delays.append(Double(MonotonicTime.nanoseconds() - dueAt) / 1e6)
        }
        connections[token].dueAt = nil
    }

    /// The status, once the whole answer is there.
    private func completeAnswer(in bytes: [UInt8]) -> Int? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
        let lines = head.split(separator: "\r\n")
        let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.drop { $0 != ":" }.dropFirst().trimmingPrefix(while: \.isWhitespace)) }
        guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }),
            bytes.count >= end.upperBound + (length ?? 0)
        else { return nil }
        return status
    }

    /// A whole request.
    static func request(_ method: String, _ target: String, body: String = "") -> [UInt8] {
        Array(
            "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    }
}
