import Glibc

/// A socket that listens on some free port of 127.0.0.1.
final class ListeningPort {
    struct Failure: Error {}

    let port: Int
    private let handle: Int32

    init() throws {
        handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let handle = handle
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(handle, $0, length) == 0 && listen(handle, 1) == 0 && getsockname(handle, $0, &length) == 0
            }
        }
        port = Int(in_port_t(bigEndian: address.sin_port))
        guard isListening else {
            close(handle)
            throw Failure()
        }
    }

    deinit { close(handle) }
}
