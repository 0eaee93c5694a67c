import Foundation
import Glibc
import Outbound
import Synchronization

/// The viewers of a soak, and what became of them.
final class SoakCrowd: Sendable {
    /// What viewers of one manner have met with.
    struct Tally: Sendable {
        var visits = 0
        /// Got stream, or playlists and segments.
        var served = 0
        /// Left before there was an answer.
        var leftEarly = 0
        /// Refusals of living contents, by status and text.
        var refusals: [String: Int] = [:]
        /// What no viewer of a living content may see.
        var faults: [String] = []
        var bytes = 0
    }

    private static let mostAtOnce = 24

    private struct State {
        var tallies: [SoakPlan.Manner: Tally] = [:]
        var present = 0
        /// Viewers that were not let in: enough were there.
        var sentAway = 0
        /// Dead contents that were played all the same.
        var resurrections = 0
    }

    private let proxy: String
    private let port: Int
    /// Keeps connections as players do, until everybody has left.
    private let client = OutboundClient()
    private let state = Mutex(State())

    init(proxy: String) throws {
        guard let port = URLComponents(string: proxy)?.port else {
            throw Overdue(description: "\(proxy) names no port")
        }
        self.proxy = proxy
        self.port = port
    }

    var tallies: [SoakPlan.Manner: Tally] { state.withLock { $0.tallies } }
    var resurrections: Int { state.withLock { $0.resurrections } }
    var sentAway: Int { state.withLock { $0.sentAway } }
    /// Refusals of living contents.
    var refusals: Int { tallies.values.reduce(0) { $0 + $1.refusals.values.reduce(0, +) } }
    /// What viewers of living contents have seen and should not have.
    var faults: [String] { tallies.flatMap { manner, tally in tally.faults.map { "\(manner.rawValue): \($0)" } } }

    /// Closes the connections that were kept.
    func disperse() { client.shutDown() }

    /// Comes, stays and leaves.
    func come(_ visit: SoakPlan.Visit) async {
        let isLetIn = state.withLock { state in
            guard state.present < Self.mostAtOnce else {
                state.sentAway += 1
                return false
            }
            state.present += 1
            return true
        }
        guard isLetIn else { return }
        defer { state.withLock { $0.present -= 1 } }
        note(visit) { $0.visits += 1 }
        do {
            switch visit.manner {
            case .stream: try await watch(visit)
            case .slow: try await watch(visit, bytesPerSecond: 40_000)
            case .halfRequest: try await leaveHalfway(visit)
            case .manifest: try await play(visit, "/ace/manifest.m3u8")
            case .cutPlaylist: try await play(visit, "/ace/hls/getstream.m3u8")
            }
        } catch {
            note(visit) { $0.faults.append("\(error)") }
        }
    }

    private func note(_ visit: SoakPlan.Visit, _ change: (inout Tally) -> Void) {
        state.withLock { change(&$0.tallies[visit.manner, default: Tally()]) }
    }

    private func note(refusal status: Int, _ text: String, of visit: SoakPlan.Visit) {
        guard visit.isLiving else { return }
        note(visit) { $0.refusals["\(status) \(text.prefix(200))", default: 0] += 1 }
    }

    private func note(played visit: SoakPlan.Visit, bytes: Int) {
        note(visit) { tally in
            tally.served += 1
            tally.bytes += bytes
        }
        if !visit.isLiving { state.withLock { $0.resurrections += 1 } }
    }

    // MARK: Streams

    private func watch(_ visit: SoakPlan.Visit, bytesPerSecond: Int? = nil) async throws {
        let reader = try StreamReader(
            proxy + "/ace/getstream?id=" + visit.content, bytesPerSecond: bytesPerSecond)
        defer { reader.close() }
        let leaving = ContinuousClock.now + visit.stay
        while ContinuousClock.now < leaving, !reader.seen.hasEnded {
            try? await Task.sleep(for: .milliseconds(50))
        }
        let seen = reader.seen
        guard let status = seen.status else {
            guard seen.hasEnded else { return note(visit) { $0.leftEarly += 1 } }
            return note(visit) { $0.faults.append("the connection of \(visit.content) ended without an answer") }
        }
        guard status == 200 else { return note(refusal: status, seen.text, of: visit) }
        note(played: visit, bytes: seen.bytes)
        let isSlow = bytesPerSecond != nil
        note(visit) { tally in
            // A slow one may be moved forward, or be parted with when it takes too little.
            if seen.hasEnded, !isSlow { tally.faults.append("\(visit.content) was cut after \(seen.packets) packets") }
            if !isSlow { tally.faults += seen.continuityBreaks.map { "\(visit.content): \($0)" } }
            if seen.misaligned > 0 { tally.faults.append("\(visit.content): \(seen.misaligned) packets misaligned") }
        }
    }

    private func leaveHalfway(_ visit: SoakPlan.Visit) async throws {
        let handle = try StreamReader.connect(port: port)
        defer { Glibc.close(handle) }
        let whole = "GET /ace/getstream?id=\(visit.content) HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: none\r\n\r\n"
        // The longest stays send the whole request, and leave before its answer or with it.
        let share = min(1, visit.stay / .seconds(3))
        let part = Array(whole.utf8.prefix(Int(Double(whole.utf8.count) * share)))
        _ = send(handle, part, part.count, Int32(MSG_NOSIGNAL))
        try? await Task.sleep(for: min(visit.stay, .milliseconds(300)))
    }

    // MARK: HLS

    private func play(_ visit: SoakPlan.Visit, _ path: String) async throws {
        let leaving = ContinuousClock.now + visit.stay
        var fetched: Set<Substring> = []
        var bytes = 0
        while ContinuousClock.now < leaving {
            guard let playlist = try await get(path + "?id=" + visit.content, until: leaving) else { break }
            guard playlist.status == 200 else {
                note(refusal: playlist.status, playlist.text, of: visit)
                break
            }
            let names = playlist.text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
            // As a player does that joins: the newest ones.
            for name in names.suffix(3) where fetched.insert(name).inserted {
                guard let segment = try await get(String(name), until: leaving) else { break }
                guard segment.status == 200 else {
                    note(refusal: segment.status, "segment: " + segment.text, of: visit)
                    continue
                }
                bytes += segment.body.count
                guard segment.body.count.isMultiple(of: 188), segment.body.first == 0x47 else {
                    note(visit) { $0.faults.append("segment \(name) is none: \(segment.body.count) bytes") }
                    continue
                }
            }
            try? await Task.sleep(for: .milliseconds(500))
        }
        if bytes > 0 { note(played: visit, bytes: bytes) } else { note(visit) { $0.leftEarly += 1 } }
    }

    /// Nil when the viewer leaves before the answer is there.
    private func get(_ path: String, until leaving: ContinuousClock.Instant) async throws -> OutboundResponse? {
        let remaining = ContinuousClock.now.duration(to: leaving)
        guard remaining > .zero else { return nil }
        do {
            return try await client.send(
                OutboundRequest("GET", proxy + path, timeout: remaining, maximumBodyBytes: 32 << 20))
        } catch {
            guard error.code == .timeout else { throw error }
            return nil
        }
    }
}
