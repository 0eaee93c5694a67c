import Foundation

/// The number of descriptors the process may open. Each viewer takes one, each session one.
public struct DescriptorLimit: Sendable {
    /// Raises the limit as far as the system lets a process raise it by itself.
    public static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Open descriptors from which on viewers and sessions get none.
    let ceiling: Int
    /// What the process may open in all.
    private let total: Int

    /// - Parameter reserve: how many descriptors viewers are not given; half of all at most.
    init(reserve: Int) {
        var limit = rlimit()
        let isKnown = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        total = isKnown ? Int(clamping: limit.rlim_cur) : 1024
        ceiling = max(total / 2, total - reserve)
    }

    /// The connections that may be open at all: some descriptors stay for the process itself, so that the listener
    /// never runs into the system's limit, where it could not even refuse.
    var maximumConnections: Int { max(1, total - min(48, total / 4)) }
}
