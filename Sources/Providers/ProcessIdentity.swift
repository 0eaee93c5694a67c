internal import CLinux
internal import Glibc

/// A process that cannot be mistaken for a later one with the same number.
struct ProcessIdentity: Sendable, Hashable {
    var pid: Int32
    /// Clock ticks between the start of the machine and that of the process.
    var startTicks: UInt64

    /// What `/proc/PID/stat` says of a process.
    struct Status: Sendable, Hashable {
        var identity: ProcessIdentity
        var session: Int32
        /// `R`, `S`, `D`, …; `Z` and `X` are processes that have ended.
        var state: Character
        var threads: Int

        /// A process whose first thread has ended still holds its sockets until the last one has.
        var hasEnded: Bool { (state == "Z" || state == "X") && threads <= 1 }

        /// nil when the text is not a line of `/proc/PID/stat`. The command's name, in parentheses, may itself hold
        /// blanks and parentheses, so the fields are counted from the last closing one.
        init?(parsing line: some StringProtocol) {
            guard let opening = line.firstIndex(of: "("), let closing = line.lastIndex(of: ")"),
                let pid = Int32(line[..<opening].trimmingSuffix(while: { $0 == " " }))
            else { return nil }
            // After the name: state (3), parent (4), group (5), session (6), … threads (20), … start time (22).
            let fields = line[line.index(after: closing)...].split(whereSeparator: \.isWhitespace)
            guard fields.count > 19, let state = fields[0].first, let session = Int32(fields[3]),
                let threads = Int(fields[17]), let startTicks = UInt64(fields[19])
            else { return nil }
            identity = ProcessIdentity(pid: pid, startTicks: startTicks)
            self.session = session
            self.state = state
            self.threads = threads
        }

        /// nil when there is no such process.
        init?(of pid: Int32) {
            // A process that ends while it is read fails with ESRCH: it is gone all the same.
            guard let content = try? SystemFile.read("/proc/\(pid)/stat") else { return nil }
            self.init(parsing: String(decoding: content, as: UTF8.self))
        }
    }

    static func current() -> ProcessIdentity? { Status(of: getpid())?.identity }

    /// Whether this very process runs; one that has ended but was not waited for counts as ended.
    var isRunning: Bool {
        guard let status = Status(of: pid) else { return false }
        return status.identity == self && !status.hasEnded
    }

    /// Whether this very process has ended. If it was a child of ours, its exit status is taken, so that it does not
    /// stay in the process table.
    func hasEndedAndIsReaped() -> Bool {
        guard let status = Status(of: pid), status.identity == self else { return true }
        guard status.hasEnded else { return false }
        var exitStatus: Int32 = 0
        waitpid(pid, &exitStatus, WNOHANG)
        return true
    }

    /// Sends a signal to this very process, never to another one that got its number, if `condition` holds.
    func signal(_ number: Int32, if condition: () -> Bool = { true }) {
        // The descriptor stays with the process it was opened for: what is checked below is what gets the signal.
        let descriptor = weir_process_open(pid)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        if isRunning && condition() { _ = weir_process_signal(descriptor, number) }
    }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> SubSequence {
        guard let last = lastIndex(where: { !predicate($0) }) else { return self[startIndex..<startIndex] }
        return self[...last]
    }
}
