import Foundation

/// The connection over which an engine delivers one stream. Belongs to the hub's event thread.
final class Upstream {
    enum Phase {
        case connecting
        case head
        case body
    }

    let token: UInt64
    let descriptor: Int32
    var phase = Phase.connecting
    private let request: [UInt8]
    private var headBytes: [UInt8] = []
    private var chunks: ChunkedDecoder?
    private var remaining: UInt64?

    /// Starts to connect.
    /// - Parameters:
    ///   - address: a socket address as the resolver gave it.
    ///   - target: path and query of the stream.
    init(token: UInt64, address: SocketAddress, target: String, host: String) throws(SystemError) {
        self.token = token
        request = Array(
            """
            GET \(target) HTTP/1.1\r
            Host: \(host)\r
            User-Agent: weir-proxy\r
            Accept: */*\r
            Connection: close\r
            \r

            """.utf8)
        descriptor = socket(
            address.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SystemError("cannot open a connection to the engine") }
        let result = address.withSockaddr { connect(descriptor, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else { throw SystemError("cannot connect to the engine") }
    }

    // Runs for a failed initialiser too: every property has its value by then.
    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Sends the request once the connection stands.
    func sendRequest() throws(SystemError) {
        var failure: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &length)
        guard failure == 0 else { throw SystemError("cannot connect to the engine", errorNumber: failure) }
        // The request is far smaller than an empty socket buffer.
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw SystemError("cannot send the request to the engine")
        }
        phase = .head
    }

    /// Takes the answer's head and the framing off `bytes`, in place.
    /// - Returns: the number of stream bytes at the front, and whether the body is complete.
    func receive(_ bytes: UnsafeMutableRawBufferPointer) throws(MalformedHead) -> (count: Int, isComplete: Bool) {
        guard case .head = phase else { return try receiveBody(bytes) }
        guard let count = try receiveHead(UnsafeRawBufferPointer(bytes)), let base = bytes.baseAddress
        else { return (0, false) }
        base.copyMemory(from: base + (bytes.count - count), byteCount: count)
        return try receiveBody(UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]))
    }

    /// Whether the head of the answer has been read.
    var hasAnswered: Bool { phase == .body }

    /// Takes bytes of the answer's head out of `bytes`.
    /// - Returns: the number of body bytes that remain at the end of `bytes`, or nil while the head is not complete.
    private func receiveHead(_ bytes: UnsafeRawBufferPointer) throws(MalformedHead) -> Int? {
        let before = headBytes.count
        headBytes.append(contentsOf: bytes)
        let parsed = headBytes.withUnsafeBytes { buffer in
            Result { () throws(MalformedHead) in try ResponseHead.parse(buffer) }
        }
        guard let (head, length) = try parsed.get() else { return nil }
        guard head.status == 200 else { throw MalformedHead("the engine answered with status \(head.status)") }
        if head.isChunked { chunks = ChunkedDecoder() }
        remaining = head.contentLength
        headBytes = []
        phase = .body
        return bytes.count - (length - before)
    }

    /// Takes the framing off the body bytes in `bytes`, in place.
    /// - Returns: the number of stream bytes at the front, and whether the body is complete.
    private func receiveBody(
        _ bytes: UnsafeMutableRawBufferPointer
    ) throws(MalformedHead) -> (count: Int, isComplete: Bool) {
        if chunks != nil {
            let count: Int?
            do { count = try chunks?.decode(bytes) } catch {
                throw MalformedHead("the engine's chunked body is broken")
            }
            return (count ?? 0, chunks?.isAtEnd ?? false)
        }
        guard let announced = remaining else { return (bytes.count, false) }
        let count = Int(min(announced, UInt64(bytes.count)))
        remaining = announced - UInt64(count)
        return (count, remaining == 0)
    }

    /// Whether the end of the connection is the regular end of the body.
    var mayEndHere: Bool {
        phase == .body && !(chunks.map { !$0.isAtEnd } ?? false) && (remaining ?? 0) == 0
    }
}
