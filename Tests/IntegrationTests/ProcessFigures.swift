import Foundation

/// What the kernel says of a process.
struct ProcessFigures {
    let residentBytes: Int
    let descriptors: Int
    let threads: Int

    /// Nil when there is no such process.
    init?(of pid: pid_t) {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8),
            let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")
        else { return nil }
        func number(_ name: String) -> Int? {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
        }
        guard let resident = number("VmRSS"), let threads = number("Threads") else { return nil }
        residentBytes = resident * 1024
        descriptors = open.count
        self.threads = threads
    }
}
