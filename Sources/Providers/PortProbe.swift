internal import Glibc

/// Whether a TCP port of this machine is free.
enum PortProbe {
    /// Listens on the port for a moment, on all addresses.
    static func isFree(_ port: UInt16) throws(ProviderError) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        if descriptor < 0 { throw SystemFile.failure("open", "a socket") }
        defer { close(descriptor) }
        // Connections of an earlier engine that are still winding down do not hold the port.
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if bound == 0 && listen(descriptor, 1) == 0 { return true }
        if errno == EADDRINUSE { return false }
        throw SystemFile.failure("bind", "port \(port)")
    }
}
