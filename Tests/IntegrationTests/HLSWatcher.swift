import Foundation

/// A player of HLS: reads a playlist again and again, and each segment that it lists once.
struct HLSWatcher: Sendable {
    /// Scheme, host and port.
    let base: String
    /// Path and query of the playlist.
    let target: String
    var agent = "watcher"
    let directory: URL

    /// Plays until it has had so many segments; returns their addresses.
    /// - Throws: where anything else than a whole segment or playlist comes.
    @discardableResult
    func play(_ count: Int, within limit: Duration = .seconds(60)) async throws -> [String] {
        var played: [String] = []
        let deadline = ContinuousClock.now + limit
        while played.count < count {
            guard ContinuousClock.now < deadline else {
                throw Overdue(description: "\(target) gave \(played.count) of \(count) segments in time")
            }
            let playlist = try await fetch(target).lines.map(String.init)
            guard playlist.first == "#EXTM3U" else { throw Overdue(description: "\(target): \(playlist)") }
            let listed = playlist.filter { $0.hasPrefix("/") }
            for segment in listed where !played.contains(segment) && played.count < count {
                guard try await fetch(segment).body.count > 188 else {
                    throw Overdue(description: "\(segment) is empty")
                }
                played.append(segment)
            }
            if played.count < count { try await Task.sleep(for: .milliseconds(300)) }
        }
        return played
    }

    private func fetch(_ target: String) async throws -> ServiceRun.Reply {
        let reply = try await ServiceRun.curl(base + target, ["-A", agent], in: directory)
        guard reply.status == 200, reply.exitCode == 0 else {
            throw Overdue(description: "\(target): \(reply.status) \(reply.text.prefix(200))")
        }
        return reply
    }
}
