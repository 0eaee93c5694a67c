import Glibc
import NIOConcurrencyHelpers

/// Counts the open connections, so that there are never so many that no descriptor is left for anything else.
final class OpenConnections: Sendable {
    static let most = 4096

    let limit: Int
    private let count = NIOLockedValueBox(0)

    /// - Parameter limit: by default half of the descriptors that this process may have, and ``most`` at most.
    init(limit: Int = min(most, OpenConnections.descriptors / 2)) {
        self.limit = max(1, limit)
    }

    /// False, and nothing is counted, when there are too many already.
    func enter() -> Bool {
        count.withLockedValue { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
    }

    func leave() {
        count.withLockedValue { $0 -= 1 }
    }

    private static var descriptors: Int {
        var limits = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { return 1024 }
        return Int(clamping: limits.rlim_cur)
    }
}
