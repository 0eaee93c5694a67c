import Glibc

/// Chooses the ports on 127.0.0.1.
package enum LoopbackPorts {
    /// Below the range the kernel uses for outgoing connections and above the engines' own.
    private static let free = 20000..<32768

    /// Checks every port asked for and picks a free one for every 0. Nothing stays bound afterwards.
    package static func resolve(_ requested: [Component: Int]) throws(ApplianceError) -> [Component: Int] {
        var chosen: [Component: Int] = [:]
        var held: [Int32] = []
        defer { for socket in held { close(socket) } }
        for component in Component.allCases {
            let port = requested[component] ?? component.defaultPort
            guard port != 0 else { continue }
            guard (1...65535).contains(port) else {
                throw ApplianceError("\(component) port \(port) is not allowed: use 1 to 65535, or 0 for a free one")
            }
            if let other = chosen.first(where: { $0.value == port })?.key {
                throw ApplianceError("port \(port) is asked for twice: \(other) and \(component)")
            }
            switch bind(port) {
            case .success(let socket): held.append(socket)
            case .failure(let error):
                throw ApplianceError(
                    "\(component) port \(port) cannot be used: \(ApplianceError.describe(error.number));"
                        + " choose another with --\(component)-port (0: a free one)")
            }
            chosen[component] = port
        }
        for component in Component.allCases where chosen[component] == nil {
            guard let (port, socket) = pick() else { throw ApplianceError("no free port on 127.0.0.1") }
            held.append(socket)
            chosen[component] = port
        }
        return chosen
    }

    private struct SystemError: Error { let number: Int32 }

    private static func pick() -> (port: Int, socket: Int32)? {
        for _ in 0..<1000 {
            let port = Int.random(in: free)
            if case .success(let socket) = bind(port) { return (port, socket) }
        }
        return nil
    }

    private static func bind(_ port: Int) -> Result<Int32, SystemError> {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard handle >= 0 else { return .failure(SystemError(number: errno)) }
        var reuse: Int32 = 1
        setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // Two sockets may be bound with SO_REUSEADDR as long as none listens: listening is the real check.
        guard result == 0, listen(handle, 1) == 0 else {
            let number = errno
            close(handle)
            return .failure(SystemError(number: number))
        }
        return .success(handle)
    }
}
