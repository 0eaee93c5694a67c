import CLinux
import Foundation

/// An epoll descriptor and the sockets a benchmark puts on it.
final class EventPoll {
    private let descriptor = weir_epoll_create()
    private var events = [weir_event](repeating: weir_event(), count: 1024)

    deinit {
        close(descriptor)
    }

    func add(_ socket: Int32, _ interest: Int, token: Int) {
        _ = weir_epoll_set(descriptor, socket, UInt32(interest), UInt64(token), 1)
    }

    func change(_ socket: Int32, _ interest: Int, token: Int) {
        _ = weir_epoll_set(descriptor, socket, UInt32(interest), UInt64(token), 0)
    }

    func remove(_ socket: Int32) {
        _ = weir_epoll_remove(descriptor, socket)
    }

    /// Calls `body` with the token and the readiness of each socket that is ready within `milliseconds`.
    func wait(_ milliseconds: Int, _ body: (_ token: Int, _ readiness: Int) -> Void) {
        let count = weir_epoll_wait(descriptor, &events, Int32(events.count), Int32(milliseconds))
        for event in events[..<max(0, Int(count))] { body(Int(event.token), Int(event.readiness)) }
    }

    /// A listener on a port of this machine (0: any), not blocking.
    static func listen(port: Int) throws(BenchError) -> (descriptor: Int32, port: Int) {
        let socket = Glibc.socket(AF_INET, streamFlags, 0)
        var one: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        guard LoopbackConnection.withLoopback(port, { bind(socket, $0, $1) }) == 0, Glibc.listen(socket, 8192) == 0
        else { throw BenchError("cannot listen on 127.0.0.1:\(port)") }
        return (socket, try LoopbackConnection.port(of: socket))
    }

    /// A connection that is being made to a port of this machine, not blocking.
    static func connect(port: Int) -> Int32 {
        let socket = Glibc.socket(AF_INET, streamFlags, 0)
        _ = LoopbackConnection.withLoopback(port) { Glibc.connect(socket, $0, $1) }
        return socket
    }

    /// The next connection of a listener, without Nagle's delay; nil when none waits.
    static func accept(_ listener: Int32) -> Int32? {
        let socket = weir_accept(listener)
        guard socket >= 0 else { return nil }
        var one: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        return socket
    }

    private static let streamFlags =
        Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
}
