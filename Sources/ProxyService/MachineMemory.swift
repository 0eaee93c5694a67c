import Foundation

/// The memory that the process can count on.
enum MachineMemory {
    /// Bytes: the machine's memory, or the bound of the process's control group where that is less (cgroup v2).
    static var bytes: Int {
        let machine = max(1, sysconf(Int32(_SC_PHYS_PAGES))) * max(1, sysconf(Int32(_SC_PAGESIZE)))
        return min(machine, controlGroupBound ?? machine)
    }

    private static var controlGroupBound: Int? {
        guard let groups = try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8),
            let own = groups.split(separator: "\n").first(where: { $0.hasPrefix("0::/") })
        else { return nil }
        var path = "/sys/fs/cgroup" + own.dropFirst(3)
        var bound: Int?
        while path.hasPrefix("/sys/fs/cgroup") {
            if let text = try? String(contentsOfFile: path + "/memory.max", encoding: .utf8),
                let bytes = Int(text.filter { !$0.isWhitespace })
            {
                bound = min(bound ?? bytes, bytes)
            }
            guard let slash = path.lastIndex(of: "/") else { break }
            path = String(path[..<slash])
        }
        return bound
    }
}
