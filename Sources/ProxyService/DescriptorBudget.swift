import Foundation
import HTTPGuard
import Synchronization

/// The descriptors in use, counted where they are opened: to ask the system costs too much for each viewer.
final class DescriptorBudget: Sendable {
    private let limit: DescriptorLimit
    private let connections: ConnectionLimit
    private let sessions = Atomic<Int>(0)
    /// What the process holds besides connections and sessions.
    private let base: Int

    /// To be made when the process has opened what it keeps.
    init(limit: DescriptorLimit, connections: ConnectionLimit) {
        self.limit = limit
        self.connections = connections
        let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
        // Not what others in a process of many have open, as in a test: it comes and goes.
        base = min(open, 64)
    }

    /// Whether a further viewer or session may have a descriptor. What engines and pages need is reserved besides.
    var hasRoom: Bool {
        base + connections.openCount + sessions.load(ordering: .relaxed) <= limit.ceiling
    }

    /// Notes how many sessions have a connection to an engine.
    func note(sessions count: Int) {
        sessions.store(count, ordering: .relaxed)
    }
}
