import CLinux
import Foundation

/// The newest bytes of one stream, bounded in memory, addressed by their absolute position in the stream.
///
/// The memory is mapped twice in a row, so that every readable or writable window is contiguous: nothing is copied
/// between the engine's socket and the viewers' sockets. Used on one thread.
package struct Ring: ~Copyable {
    /// Memory of the ring in bytes, a multiple of the page size.
    package let capacity: Int
    /// Position behind the newest byte.
    package private(set) var head: UInt64 = 0
    /// Position of the oldest byte that is still there.
    package private(set) var tail: UInt64 = 0
    private let base: UnsafeMutablePointer<UInt8>

    /// - Parameter capacity: rounded up to whole pages.
    package init(capacity: Int) throws(SystemError) {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        self.capacity = max(page, (capacity + page - 1) / page * page)
        guard let base = weir_ring_map(self.capacity) else {
            throw SystemError("cannot map \(capacity) bytes for a stream")
        }
        self.base = base
    }

    deinit {
        weir_ring_unmap(base, capacity)
    }

    /// The window in which the next `count` bytes go. The oldest bytes give way: `tail` moves before anything is
    /// written.
    package mutating func writableWindow(_ count: Int) -> UnsafeMutableRawBufferPointer {
        let count = min(count, capacity / 2)
        let end = head + UInt64(count)
        if end > tail + UInt64(capacity) { tail = end - UInt64(capacity) }
        return UnsafeMutableRawBufferPointer(start: base + offset(head), count: count)
    }

    /// Publishes `count` bytes of the writable window.
    package mutating func advance(_ count: Int) {
        head += UInt64(count)
    }

    /// Takes the bytes from `position` on back, which nobody may have read.
    package mutating func truncate(to position: UInt64) {
        precondition(tail <= position && position <= head)
        head = position
    }

    /// Published bytes, to be changed before anybody reads them; `start` and `end` as for ``window(from:to:)``.
    package mutating func mutableWindow(from start: UInt64, to end: UInt64) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(mutating: window(from: start, to: end))
    }

    /// The bytes from `start` to `end`, which must lie between `tail` and `head`.
    package func window(from start: UInt64, to end: UInt64) -> UnsafeRawBufferPointer {
        precondition(tail <= start && start <= end && end <= head)
        return UnsafeRawBufferPointer(start: base + offset(start), count: Int(end - start))
    }

    private func offset(_ position: UInt64) -> Int {
        Int(position % UInt64(capacity))
    }
}
