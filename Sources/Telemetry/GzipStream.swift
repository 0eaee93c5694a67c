import CLinux

/// Compresses an exposition piece by piece (RFC 1952), with the machine's zlib.
final class GzipStream {
    /// Fast: an exposition is so repetitive that higher levels cost time and save little.
    private static let level: Int32 = 1

    /// Whether the machine has a zlib.
    static let isAvailable = GzipStream() != nil

    private let stream: OpaquePointer
    private var output: UnsafeMutableRawBufferPointer
    private var count = 0

    /// Nil when the machine has no zlib.
    init?() {
        guard let stream = weir_gzip_open(Self.level) else { return nil }
        self.stream = stream
        output = .allocate(byteCount: 32 << 10, alignment: 1)
    }

    deinit {
        weir_gzip_close(stream)
        output.deallocate()
    }

    /// The compressed bytes that are ready; valid until the next call.
    func compress(_ bytes: UnsafeRawBufferPointer, isLast: Bool) -> UnsafeRawBufferPointer {
        count = 0
        weir_gzip_input(stream, bytes.baseAddress, bytes.count)
        while true {
            if count == output.count { grow() }
            let room = output.count - count
            let written = weir_gzip_output(stream, output.baseAddress.map { $0 + count }, room, isLast ? 1 : 0)
            count += written
            if written < room { break }
        }
        return UnsafeRawBufferPointer(rebasing: output[..<count])
    }

    private func grow() {
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: output.count * 2, alignment: 1)
        larger.copyMemory(from: UnsafeRawBufferPointer(output))
        output.deallocate()
        output = larger
    }
}
