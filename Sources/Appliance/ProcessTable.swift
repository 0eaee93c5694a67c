package import Foundation

/// A look at the running processes.
package enum ProcessTable {
    package struct Entry: Sendable, Equatable {
        package let pid: pid_t
        package let parent: pid_t

        package init(pid: pid_t, parent: pid_t) {
            self.pid = pid
            self.parent = parent
        }
    }

    /// Every process that is not a zombie.
    package static func entries() -> [Entry] {
        pids().compactMap { pid in
            guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
            return parse(String(decoding: data, as: UTF8.self))
        }
    }

    /// One line of `/proc/PID/stat`; nil for a zombie. The command between parentheses may hold anything.
    package static func parse(_ stat: String) -> Entry? {
        guard let open = stat.firstIndex(of: "("), let close = stat.lastIndex(of: ")"),
            let pid = pid_t(stat[..<open].trimmingCharacters(in: .whitespaces))
        else { return nil }
        let fields = stat[stat.index(after: close)...].split(separator: " ")
        guard fields.count > 1, fields[0] != "Z", fields[0] != "X", let parent = pid_t(fields[1]) else { return nil }
        return Entry(pid: pid, parent: parent)
    }

    /// All processes below `root`, `root` excluded.
    package static func descendants(of root: pid_t, in entries: [Entry]) -> Set<pid_t> {
        let children = Dictionary(grouping: entries, by: \.parent)
        var found: Set<pid_t> = []
        var open = [root]
        while let parent = open.popLast() {
            for child in children[parent] ?? [] where child.pid != root && found.insert(child.pid).inserted {
                open.append(child.pid)
            }
        }
        return found
    }

    /// Processes whose environment at their start held exactly `assignment` (`NAME=value`).
    package static func carrying(_ assignment: String, in entries: [Entry]) -> Set<pid_t> {
        let wanted = Data(assignment.utf8)
        let own = getpid()
        let found = entries.filter { entry in
            guard entry.pid != own, let data = FileManager.default.contents(atPath: "/proc/\(entry.pid)/environ")
            else { return false }
            return data.split(separator: 0).contains { $0.elementsEqual(wanted) }
        }
        return Set(found.map(\.pid))
    }

    private static func pids() -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap(pid_t.init)
    }
}
