import Foundation
import NIOConcurrencyHelpers

/// An engine that answers each request with bytes of the test's choice, and remembers what it was asked.
final class ScriptedEngine: Sendable {
    /// What is done, one after the other, for a request; then the connection is closed.
    enum Step: Sendable {
        case send([UInt8])
        /// Byte by byte, with that pause before each.
        case drip([UInt8], pause: Duration)
        /// At the rate of a live stream: 7 packets, and a pause.
        case paced([UInt8])
        /// Until the client has gone, with that pause after each time; nobody sends more than 64 MiB.
        case forever([UInt8], pause: Duration)
        /// Waits until the client has gone.
        case wait

        static func text(_ text: String) -> Step { .send(Array(text.utf8)) }
    }

    private struct State {
        var targets: [String] = []
        var sentBytes = 0
        var isStopped = false
    }

    let port: Int
    private let listener: Int32
    private let script: @Sendable (_ target: String) -> [Step]
    private let state = NIOLockedValueBox(State())

    /// - Parameter script: the answer to a request for `target`.
    init(_ script: @escaping @Sendable (_ target: String) -> [Step]) throws {
        self.script = script
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        guard Loopback.withAddress(port: 0, { bind(listener, $0, $1) }) == 0, listen(listener, 64) == 0 else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        port = try Loopback.port(of: listener)
        Thread { self.accept() }.start()
    }

    /// An engine that opens sessions as it should, and answers requests for their streams with `playback`.
    static func playing(_ playback: [Step]) throws -> ScriptedEngine {
        try ScriptedEngine { target in
            switch target {
            case _ where target.hasPrefix("/ace/getstream"): [.text(json(started()))]
            case _ where target.hasPrefix("/ace/cmd/"): [.text(json("{\"response\":\"ok\",\"error\":null}"))]
            default: playback
            }
        }
    }

    /// The engine's answer to a start.
    static func started(at place: String = "") -> String {
        """
        {"response":{"playback_url":"\(place)/ace/r/1/2","stat_url":"\(place)/ace/stat/1/2",\
        "command_url":"\(place)/ace/cmd/1/2","infohash":"1","is_live":1},"error":null}
        """
    }

    static func json(_ body: String, status: String = "200 OK") -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
            + "Connection: close\r\n\r\n\(body)"
    }

    func requests(_ path: String = "/") -> Int {
        state.withLockedValue { $0.targets.count { $0.hasPrefix(path) } }
    }

    var sentBytes: Int { state.withLockedValue { $0.sentBytes } }

    func stop() {
        state.withLockedValue { $0.isStopped = true }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func accept() {
        while case let client = Glibc.accept(listener, nil, nil), client >= 0 {
            Thread {
                self.serve(client)
                close(client)
            }.start()
        }
        close(listener)
    }

    private func serve(_ client: Int32) {
        var request: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4096)
        while !request.contains(Array("\r\n\r\n".utf8)) {
            let count = recv(client, &piece, piece.count, 0)
            guard count > 0 else { return }
            request += piece[..<count]
        }
        let target = String(decoding: request, as: UTF8.self).split(separator: " ").dropFirst().first ?? ""
        state.withLockedValue { $0.targets.append(String(target)) }
        for step in script(String(target)) {
            switch step {
            case .send(let bytes): guard write(bytes[...], to: client) else { return }
            case .drip(let bytes, let pause):
                for index in bytes.indices {
                    usleep(UInt32(pause / .microseconds(1)))
                    guard write(bytes[index...index], to: client) else { return }
                }
            case .paced(let bytes):
                for start in stride(from: 0, to: bytes.count, by: 1316) {
                    guard write(bytes[start..<min(start + 1316, bytes.count)], to: client) else { return }
                    usleep(1000)
                }
            case .forever(let bytes, let pause):
                for _ in 0..<(64 << 20) / bytes.count {
                    guard write(bytes[...], to: client) else { return }
                    usleep(UInt32(pause / .microseconds(1)))
                }
            case .wait: while isPresent(client) { usleep(10_000) }
            }
        }
    }

    private func isPresent(_ client: Int32) -> Bool {
        var byte: UInt8 = 0
        let count = recv(client, &byte, 1, Int32(MSG_DONTWAIT) | Int32(MSG_PEEK))
        return !state.withLockedValue { $0.isStopped } && (count > 0 || count < 0 && errno == EAGAIN)
    }

    private func write(_ bytes: ArraySlice<UInt8>, to client: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0, !state.withLockedValue({ $0.isStopped }) else { return false }
            state.withLockedValue { $0.sentBytes += count }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
