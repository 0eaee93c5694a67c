import Foundation

/// Processors, memory, descriptors, disk. Blocks.
enum MachineChecks {
    static func findings(_ targets: DoctorTargets) -> [Finding] {
        [load(), memory().finding] + descriptors(targets) + disks(targets) + processes(targets)
    }

    private static func load() -> Finding {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let words = (read("/proc/loadavg") ?? "").split(separator: " ")
        guard words.count > 1, let last = Double(words[1]) else {
            return Finding(.machine, "processors", .skipped, "/proc/loadavg cannot be read")
        }
        let status = Finding.measured(last / Double(cores), warning: 1.5, critical: 4)
        return Finding(
            .machine, "processors", status, "load \(words[1]) over 5 minutes, \(cores) processors",
            advice: "move engines to another machine, or lower MAX_REPLICAS and MAX_CONCURRENT_PROVISIONS")
    }

    /// Share of the memory in use, 0 to 1.
    static func memory() -> (finding: Finding, used: Double?) {
        var amounts: [Substring: Double] = [:]
        for line in (read("/proc/meminfo") ?? "").split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == ":" || $0 == " " })
            if words.count > 1, let kibibytes = Double(words[1]) { amounts[words[0]] = kibibytes }
        }
        guard let total = amounts["MemTotal"], let available = amounts["MemAvailable"], total > 0 else {
            return (Finding(.machine, "memory", .skipped, "/proc/meminfo cannot be read"), nil)
        }
        let used = 1 - available / total
        let finding = Finding(
            .machine, "memory", Finding.measured(used, warning: 0.6, critical: 0.8),
            "\(percent(used)) of \(gibibytes(total * 1024)) in use",
            advice: "raise the machine's memory, or set ENGINE_MEMORY_LIMIT and ACEXY_MAX_BUFFER_MEMORY")
        return (finding, used)
    }

    private static func descriptors(_ targets: DoctorTargets) -> [Finding] {
        var findings: [Finding] = []
        let words = (read("/proc/sys/fs/file-nr") ?? "").split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        if words.count == 3, words[2] > 0 {
            let share = words[0] / words[2]
            findings.append(
                Finding(
                    .machine, "descriptors of the machine", Finding.measured(share, warning: 0.7, critical: 0.9),
                    "\(Int(words[0])) open, \(percent(share)) of what the kernel allows",
                    advice: "raise fs.file-max with sysctl"))
        }
        for (name, pid) in targets.processes.sorted(by: { $0.key < $1.key }) where name != "supervisor" {
            guard let limits = read("/proc/\(pid)/limits"),
                let line = limits.split(separator: "\n").first(where: { $0.hasPrefix("Max open files") }),
                let limit = line.split(separator: " ").compactMap({ Double($0) }).first,
                let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count
            else { continue }
            let share = Double(open) / limit
            let status = max(Finding.measured(share, warning: 0.7, critical: 0.9), limit < 4096 ? .warning : .ok)
            findings.append(
                Finding(
                    .machine, "descriptors of \(name)", status, "\(open) open, \(Int(limit)) allowed",
                    advice: "start it with a higher limit: LimitNOFILE of systemd, ulimits of Compose, ulimit -n"))
        }
        return findings
    }

    private static func disks(_ targets: DoctorTargets) -> [Finding] {
        let folder = targets.database.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
        var seen: Set<UInt64> = []
        let places: [(name: String, path: String)] = [
            ("disk of the database", folder ?? "."), ("disk of the system", "/"),
        ]
        return places.compactMap { name, path -> Finding? in
            var state = statvfs()
            guard statvfs(path, &state) == 0, state.f_blocks > 0 else {
                return Finding(.machine, name, .skipped, "\(path) is not here")
            }
            guard seen.insert(UInt64(state.f_fsid)).inserted else { return nil }
            let free = Double(state.f_bavail) * Double(state.f_frsize)
            let used = 1 - Double(state.f_bavail) / Double(state.f_blocks)
            let status =
                free < 1_073_741_824
                ? .critical
                : max(
                    Finding.measured(used, warning: 0.85, critical: 0.95), free < 5_368_709_120 ? .warning : .ok)
            return Finding(
                .machine, name, status, "\(gibibytes(free)) free at \(path), \(percent(used)) in use",
                advice: "make room: docker system prune, shorter retention of Prometheus, another disk for DB_URL")
        }
    }

    private static func processes(_ targets: DoctorTargets) -> [Finding] {
        targets.processes.sorted { $0.key < $1.key }.compactMap { name, pid in
            guard kill(pid, 0) != 0, errno == ESRCH else { return nil }
            return Finding(
                .machine, "process of \(name)", .critical, "process \(pid) of weir up is gone",
                advice: name == "supervisor" ? "start weir up again" : "see its log; weir up starts it again")
        }
    }

    static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

    static func gibibytes(_ bytes: Double) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var (amount, unit) = (bytes, 0)
        while amount >= 1024, unit < units.count - 1 { (amount, unit) = (amount / 1024, unit + 1) }
        let text = (amount * 10).rounded() / 10
        return "\(text == text.rounded() ? "\(Int(text))" : "\(text)") \(units[unit])"
    }

    private static func read(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
