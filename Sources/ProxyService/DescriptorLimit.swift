import Foundation

/// The number of descriptors the process may open. Each viewer takes one, each session one.
public enum DescriptorLimit {
    /// Raises the limit as far as the system lets a process raise it by itself.
    public static func raise() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
