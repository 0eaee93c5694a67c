import Dispatch
import Foundation
import Glibc

/// A plain HTTP/1.1 client on one socket. Its calls block a dispatch thread, never the cooperative pool.
final class TestClient: @unchecked Sendable {
    // All state is used on `queue` alone.
    private let queue = DispatchQueue(label: "test-client")
    private let descriptor: Int32
    private var received: [UInt8] = []

    struct Failure: Error {
        var reason: String
    }

    struct Response {
        var status: Int
        var head: String
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        /// The body as a JSON object.
        var json: [String: Any] {
            get throws {
                let object = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
                guard let object else { throw Failure(reason: "no JSON object: \(text)") }
                return object
            }
        }

        func header(_ name: String) -> String? {
            for line in head.split(separator: "\r\n") {
                let pair = line.split(separator: ":", maxSplits: 1)
                if pair.count == 2, pair[0].lowercased() == name.lowercased() {
                    return pair[1].trimmingCharacters(in: .whitespaces)
                }
            }
            return nil
        }
    }

    /// Connects to a port of this host; a read that gets nothing for `timeout` seconds fails.
    init(port: Int, timeout: Int = 10) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: timeout, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(reason: "cannot connect: errno \(errno)") }
    }

    deinit { close(descriptor) }

    /// One request on a connection of its own, read to the end of the response.
    static func fetch(
        _ target: String, port: Int, method: String = "GET", body: String = ""
    ) async throws -> Response {
        let client = try TestClient(port: port)
        var response = try await client.request(target, method: method, body: body, headers: ["Connection: close"])
        response.body = try await client.readToEnd()
        return response
    }

    /// Sends a request and reads the head of its response.
    func request(
        _ target: String, method: String = "GET", body: String = "", headers: [String] = []
    ) async throws -> Response {
        let lines = ["\(method) \(target) HTTP/1.1", "Host: engine.test:1234", "Content-Length: \(body.utf8.count)"]
        let text = (lines + headers).joined(separator: "\r\n") + "\r\n\r\n" + body
        return try await run { client in
            let sent = text.utf8.withContiguousStorageIfAvailable {
                Glibc.send(client.descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent == text.utf8.count else { throw Failure(reason: "cannot send") }
            while true {
                if let end = client.received.firstRange(of: Array("\r\n\r\n".utf8)) {
                    let head = String(decoding: client.received[..<end.lowerBound], as: UTF8.self)
                    client.received.removeSubrange(..<end.upperBound)
                    let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
                    return Response(status: status, head: head, body: [])
                }
                guard try client.receive() else { throw Failure(reason: "closed before the response's head") }
            }
        }
    }

    /// Exactly `count` bytes of the body.
    func read(_ count: Int) async throws -> [UInt8] {
        try await run { client in
            while client.received.count < count {
                guard try client.receive() else { throw Failure(reason: "closed after \(client.received.count)") }
            }
            defer { client.received.removeSubrange(..<count) }
            return Array(client.received[..<count])
        }
    }

    /// All bytes up to the end of the connection.
    func readToEnd() async throws -> [UInt8] {
        try await run { client in
            while try client.receive() {}
            defer { client.received = [] }
            return client.received
        }
    }

    private func receive() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0, errno == ECONNRESET { return false }
        guard count >= 0 else { throw Failure(reason: "nothing received: errno \(errno)") }
        received += buffer[..<count]
        return count > 0
    }

    private func run<T>(_ action: @escaping @Sendable (TestClient) throws -> sending T) async throws -> sending T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Result { try action(self) })
            }
        }
    }
}
