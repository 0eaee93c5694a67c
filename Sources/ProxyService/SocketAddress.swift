import Catalogue
import Foundation

/// A socket address as the system's resolver gives it.
struct SocketAddress: Sendable, Equatable {
    private let bytes: [UInt8]

    var family: Int32 {
        bytes.withUnsafeBytes { Int32($0.loadUnaligned(as: sa_family_t.self)) }
    }

    func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        bytes.withUnsafeBytes { buffer in
            var storage = sockaddr_storage()
            withUnsafeMutableBytes(of: &storage) { $0.copyMemory(from: buffer) }
            return withUnsafePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(buffer.count)) }
            }
        }
    }

    /// The stream addresses of a host, at least one, the system's preferred one first. The system's resolver blocks,
    /// so it runs on a queue of its own.
    static func resolve(host: String, port: Int) async throws(StartFailure) -> [SocketAddress] {
        let found = await withCheckedContinuation { continuation in
            resolverQueue.async { continuation.resume(returning: lookUp(host: host, port: port)) }
        }
        guard !found.isEmpty else {
            throw StartFailure(outcome: .engineError, message: "the engine's host \(host) has no address")
        }
        return found
    }

    private static let resolverQueue = DispatchQueue(label: "weir.resolver", attributes: .concurrent)

    private static func lookUp(host: String, port: Int) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        return sequence(first: list, next: { $0?.pointee.ai_next }).compactMap { entry in
            guard let entry = entry?.pointee, let address = entry.ai_addr else { return nil }
            return SocketAddress(bytes: Array(UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen))))
        }
    }
}
