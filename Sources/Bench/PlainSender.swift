import CLinux
import Foundation

/// The yardstick: a program that does nothing but send. One stream is read into a ring that is mapped twice in a row,
/// and written to each viewer's socket from it, one `send` for each viewer and piece, without any framing.
struct PlainSender {
    private static let ringLength = 16 << 20
    private static let pieceLength = 256 << 10
    private static let upstreamToken = 1
    private static let listenerToken = 0

    private struct Viewer {
        let socket: Int32
        var cursor: UInt64
        var hasAsked = false
        var isBlocked = false
    }

    /// Serves until the stream ends.
    static func run(port: Int, sourcePort: Int) throws(BenchError) {
        guard let ring = weir_ring_map(ringLength) else { throw BenchError("no memory for a ring") }
        let source = try LoopbackConnection(port: sourcePort)
        source.get("/content/x")
        var buffer = [UInt8](repeating: 0, count: 4096)
        guard source.read(&buffer) != nil else { throw BenchError("the source does not answer") }
        _ = fcntl(source.descriptor, F_SETFL, O_NONBLOCK)
        let poll = EventPoll()
        let (listener, _) = try EventPoll.listen(port: port)
        poll.add(listener, Int(WEIR_READABLE), token: listenerToken)
        poll.add(source.descriptor, Int(WEIR_READABLE), token: upstreamToken)
        let head = Array("HTTP/1.1 200 OK\r\nContent-Type: video/MP2T\r\nConnection: close\r\n\r\n".utf8)
        var viewers: [Int: Viewer] = [:]
        var written: UInt64 = 0
        var isOver = false
        func drop(_ token: Int) {
            guard let viewer = viewers.removeValue(forKey: token) else { return }
            poll.remove(viewer.socket)
            close(viewer.socket)
        }
        func pump(_ token: Int) {
            guard var viewer = viewers[token], viewer.hasAsked else { return }
            while viewer.cursor < written {
                let length = min(Int(written - viewer.cursor), pieceLength)
                let count = send(viewer.socket, ring + Int(viewer.cursor % UInt64(ringLength)), length, noSignal)
                if count < 0, errno != EAGAIN { return drop(token) }
                viewer.cursor += UInt64(max(0, count))
                if count < length {
                    if !viewer.isBlocked { poll.change(viewer.socket, Int(WEIR_WRITABLE), token: token) }
                    viewer.isBlocked = true
                    viewers[token] = viewer
                    return
                }
            }
            if viewer.isBlocked { poll.change(viewer.socket, Int(WEIR_READABLE), token: token) }
            viewer.isBlocked = false
            viewers[token] = viewer
        }
        while !isOver {
            poll.wait(-1) { token, readiness in
                switch token {
                case listenerToken:
                    while let socket = EventPoll.accept(listener) {
                        viewers[Int(socket) + 2] = Viewer(socket: socket, cursor: 0)
                        poll.add(socket, Int(WEIR_READABLE), token: Int(socket) + 2)
                    }
                case upstreamToken:
                    let count = recv(
                        source.descriptor, ring + Int(written % UInt64(ringLength)), pieceLength, Int32(MSG_DONTWAIT))
                    if count == 0 { isOver = true }
                    guard count > 0 else { return }
                    written += UInt64(count)
                    for token in Array(viewers.keys) where viewers[token]?.isBlocked == false { pump(token) }
                default:
                    if readiness & Int(WEIR_HANGUP) != 0 { return drop(token) }
                    if readiness & Int(WEIR_WRITABLE) != 0 { return pump(token) }
                    guard let viewer = viewers[token] else { return }
                    guard recv(viewer.socket, &buffer, buffer.count, 0) > 0 else { return drop(token) }
                    _ = send(viewer.socket, head, head.count, noSignal)
                    viewers[token]?.hasAsked = true
                    viewers[token]?.cursor = written
                }
            }
        }
    }

    private static let noSignal = Int32(MSG_NOSIGNAL)
}
