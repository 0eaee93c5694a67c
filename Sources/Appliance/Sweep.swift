import Glibc

/// Ends processes of this appliance and no other: the supervisor's descendants, and those that carry its mark.
///
/// The mark is an environment variable with a secret value kept in the data directory, which every program started
/// for this directory inherits. It finds what an earlier supervisor left behind when it was killed.
struct Sweep: Sendable {
    /// `NAME=value`, the mark.
    let mark: String

    static let variable = "WEIR_APPLIANCE"

    func remaining() -> Set<pid_t> {
        let entries = ProcessTable.entries()
        return ProcessTable.descendants(of: getpid(), in: entries).union(ProcessTable.carrying(mark, in: entries))
    }

    /// SIGTERM to all, SIGKILL to those left after `patience`; returns when none is left or after `limit`.
    /// Blocks. Those `asked` before get no second SIGTERM.
    func run(patience: Duration, limit: Duration, asked: Set<pid_t> = []) {
        let clock = ContinuousClock()
        let begin = clock.now
        var asked = asked
        while true {
            let left = remaining()
            let elapsed = clock.now - begin
            if left.isEmpty || elapsed > limit { return }
            for pid in left.subtracting(asked) { kill(pid, SIGTERM) }
            asked.formUnion(left)
            if elapsed >= patience {
                for pid in left { kill(pid, SIGKILL) }
            }
            usleep(50_000)
        }
    }
}
