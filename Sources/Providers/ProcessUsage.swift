internal import Glibc

/// What a process uses, as `/proc` tells it.
struct ProcessUsage: Sendable, Hashable {
    var processorNanoseconds: UInt64
    var residentBytes: Int64
    /// Nil where they may not be read.
    var readBytes: Int64?
    var writtenBytes: Int64?

    /// Nil when there is no such process.
    init?(of pid: Int32) {
        guard let stat = Self.text("/proc/\(pid)/stat"), let closing = stat.lastIndex(of: ")") else { return nil }
        // After the name: state (3), … time in user mode (14), in kernel mode (15), … resident pages (24).
        let fields = stat[stat.index(after: closing)...].split(separator: " ")
        guard fields.count > 21, let user = UInt64(fields[11]), let kernel = UInt64(fields[12]),
            let pages = Int64(fields[21])
        else { return nil }
        let ticksPerSecond = UInt64(max(1, sysconf(Int32(_SC_CLK_TCK))))
        processorNanoseconds = (user + kernel) * (1_000_000_000 / ticksPerSecond)
        residentBytes = max(0, pages) * Int64(sysconf(Int32(_SC_PAGESIZE)))
        let counts = Self.text("/proc/\(pid)/io").map(Self.counts) ?? [:]
        readBytes = counts["read_bytes"]
        writtenBytes = counts["write_bytes"]
    }

    private static func text(_ path: String) -> String? {
        (try? SystemFile.read(path)).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// Lines of a name, a colon and a number.
    private static func counts(_ text: String) -> [Substring: Int64] {
        text.split(separator: "\n").reduce(into: [:]) { counts, line in
            let parts = line.split(separator: ":")
            if parts.count == 2 { counts[parts[0]] = Int64(parts[1].drop { $0 == " " }) }
        }
    }
}
