import NIOConcurrencyHelpers

/// Numbers that are given once: ids of sessions and viewers.
final class SerialNumbers: Sendable {
    private let last = NIOLockedValueBox<UInt64>(1)

    func next() -> UInt64 {
        last.withLockedValue { last in
            last += 1
            return last
        }
    }
}
