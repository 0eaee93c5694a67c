import NIOConcurrencyHelpers

/// Memory that is spoken for as long as somebody holds the reservation.
final class ReservedMemory: Sendable {
    /// Gives its bytes back when nobody holds it any more.
    final class Reservation: Sendable {
        private let memory: ReservedMemory
        private let byteCount: Int

        fileprivate init(_ byteCount: Int, of memory: ReservedMemory) {
            self.byteCount = byteCount
            self.memory = memory
            memory.reserved.withLockedValue { $0 += byteCount }
        }

        deinit {
            memory.reserved.withLockedValue { $0 -= byteCount }
        }
    }

    private let reserved = NIOLockedValueBox(0)

    var byteCount: Int { reserved.withLockedValue { $0 } }

    func reserve(_ byteCount: Int) -> Reservation { Reservation(byteCount, of: self) }
}
