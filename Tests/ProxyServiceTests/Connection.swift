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

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let socket = descriptor
        let result = Self.withLoopback(port: port) { connect(socket, $0, $1) }
        guard result == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    /// Sends `text` and returns everything up to the end of the connection.
    func exchange(_ text: String) async -> String {
        let descriptor = descriptor
        return await withCheckedContinuation { continuation in
            Thread {
                let bytes = Array(text.utf8)
                _ = send(descriptor, bytes, bytes.count, 0)
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

    /// Closes the connection.
    func leave() {
        close(descriptor)
    }

    static func silentListener() throws -> SilentListener {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var bound = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        guard withLoopback(port: 0, { bind(descriptor, $0, $1) }) == 0, listen(descriptor, 64) == 0,
            withUnsafeMutablePointer(
                to: &bound,
                { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
                }) == 0
        else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return SilentListener(port: Int(in_port_t(bigEndian: bound.sin_port)), descriptor: descriptor)
    }

    private static func withLoopback(port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
