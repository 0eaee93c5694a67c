import Foundation

/// A plain connection to 127.0.0.1, for what no HTTP client would send or show.
struct Connection {
    /// A listening socket that nobody accepts from.
    struct SilentListener {
        let port: Int
        fileprivate let descriptor: Int32

        func stop() {
            close(descriptor)
        }
    }

    private let descriptor: Int32

    /// - Parameter receiveBuffer: SO_RCVBUF, to be soon full.
    init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        let socket = descriptor
        let result = Loopback.withAddress(port: port) { connect(socket, $0, $1) }
        guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    /// Asks for `target` and reads nothing.
    func request(_ target: String) {
        send(Array("GET \(target) HTTP/1.1\r\nHost: p\r\n\r\n".utf8))
    }

    /// Sends what the socket takes.
    func send(_ bytes: [UInt8]) {
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }

    /// Reads what is there, at most `count` bytes, without waiting.
    func read(_ count: Int) -> Int {
        var piece = [UInt8](repeating: 0, count: count)
        return recv(descriptor, &piece, count, Int32(MSG_DONTWAIT))
    }

    /// Closes the connection so that the other side gets a reset.
    func reset() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        close(descriptor)
    }

    /// Closes the half of the connection that requests take.
    func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Closes the connection.
    func leave() {
        close(descriptor)
    }

    /// Sends `text` and returns everything up to the end of the connection.
    func exchange(_ text: String) async -> String {
        let descriptor = descriptor
        return await withCheckedContinuation { continuation in
            Thread {
                // Who is not answered in the end does not wait for ever.
                var limit = timeval(tv_sec: 60, tv_usec: 0)
                setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
                let bytes = Array(text.utf8)
                _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                var received: [UInt8] = []
                var piece = [UInt8](repeating: 0, count: 4096)
                while case let count = recv(descriptor, &piece, piece.count, 0), count > 0 {
                    received += piece[..<count]
                }
                close(descriptor)
                continuation.resume(returning: String(decoding: received, as: UTF8.self))
            }.start()
        }
    }

    static func silentListener() throws -> SilentListener {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard Loopback.withAddress(port: 0, { bind(descriptor, $0, $1) }) == 0, listen(descriptor, 64) == 0
        else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return SilentListener(port: try Loopback.port(of: descriptor), descriptor: descriptor)
    }
}
