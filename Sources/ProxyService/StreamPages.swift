import Catalogue
import Fleet
import Foundation
import NIOHTTP1

/// `/ace/streams`: what runs and who watches, to be looked at and ended by operators.
struct StreamPages: Sendable {
    /// Viewers listed where the request does not say how many.
    private static let defaultLimit = 1000
    private static let maximumLimit = 10_000

    private struct Page: Encodable {
        struct Session: Encodable {
            struct Content: Encodable {
                let type: String
                let value: String
            }

            struct Buffer: Encodable {
                let usedBytes: UInt64
                let capacityBytes: Int
            }

            let id: String
            let delivery: String
            let content: Content
            let names: [Content]
            let state: String
            let engine: String?
            let containerId: String?
            let ageS: Double
            let receivedBytes: UInt64
            let sentBytes: UInt64
            let buffer: Buffer
            let bitrateBps: Int?
            let failovers: Int
            let waiting: Int
            let viewerCount: Int
            var viewers: [Viewer]
            /// Where the list of viewers goes on (`after`); absent when it is complete.
            var next: String?
        }

        struct Viewer: Encodable {
            let id: String
            let delivery: String
            let address: String
            let player: String
            let connectedAt: String?
            let connectedS: Double
            let sentBytes: UInt64
            let lagBytes: UInt64
            let lagMs: Int?
            let movedForward: Int
            let isBlocked: Bool
            /// Absent but for players of HLS, who have no connection that lasts.
            let lastRequestS: Double?
        }

        var sessions: [Session]
        var viewerCount: Int
    }

    private struct Selection {
        var session: UInt64?
        var limit = StreamPages.defaultLimit
        var after: UInt64 = 0
    }

    let running: RunningSessions

    /// Lists sessions with their viewers.
    ///
    /// `session=ID` is one session; `limit=N` bounds the viewers listed in all (1000 unless told, 0 to 10000); a
    /// session whose list is not complete has `next`, and `session=ID&after=NEXT` continues it.
    func list(query: Substring, session named: UInt64? = nil) async -> Answer {
        guard var selection = Self.selection(query) else {
            return .problem(
                .badRequest, code: "invalid_query",
                "allowed are session=ID, limit=0 to \(Self.maximumLimit) and after=ID, each a whole number")
        }
        selection.session = named ?? selection.session
        var ids = await running.ids()[...]
        if let session = selection.session {
            ids = ids.filter { $0 == session }[...]
            if ids.isEmpty { return Self.unknownSession }
        }
        var page = Page(sessions: [], viewerCount: 0)
        while !ids.isEmpty {
            for snapshot in await running.snapshots(ofSessions: ids) {
                page.viewerCount += snapshot.viewers.count
                page.sessions.append(await describe(snapshot, &selection))
            }
            ids = ids.dropFirst(RunningSessions.slice)
        }
        return .json(encoding: page)
    }

    func stop(session id: UInt64) async -> Answer {
        guard let viewers = await running.stop(session: id) else { return Self.unknownSession }
        return .json(encoding: ["stopped": "\(id)", "viewers": "\(viewers)"])
    }

    func kick(viewer: UInt64, of session: UInt64) async -> Answer {
        guard await running.kick(viewer: viewer, of: session) else {
            return .problem(.notFound, code: "unknown_viewer", "no such viewer watches this session")
        }
        return .json(encoding: ["kicked": "\(viewer)"])
    }

    static let unknownSession = Answer.problem(.notFound, code: "unknown_session", "no such session runs")

    /// The addresses of those who watch, as further members of the status, the way one exporter looks for them; nothing
    /// where nobody watches.
    func users() async -> String {
        var streams: [String] = []
        var users: Set<String> = []
        var ids = await running.ids()[...]
        while !ids.isEmpty {
            for session in await running.snapshots(ofSessions: ids) {
                var own: [String] = []
                var viewers = session.viewers.prefix(Self.maximumLimit)
                while !viewers.isEmpty {
                    own += await running.snapshots(ofViewers: viewers, of: session.id).map(\.address).filter {
                        !$0.isEmpty
                    }
                    viewers = viewers.dropFirst(RunningSessions.slice)
                }
                guard !own.isEmpty else { continue }
                users.formUnion(own)
                streams.append(
                    JSONText.quote("{id: \(session.content.value)}") + ":["
                        + own.map(JSONText.quote).joined(separator: ",")
                        + "]")
            }
            ids = ids.dropFirst(RunningSessions.slice)
        }
        guard !users.isEmpty else { return "" }
        return ",\"users\":[\(users.sorted().map(JSONText.quote).joined(separator: ","))],"
            + "\"users_by_stream\":{\(streams.joined(separator: ","))}"
    }

    /// The session, and the viewer, that a path names: `/ace/streams/ID` and `/ace/streams/ID/viewers/ID`.
    static func ids(path: some StringProtocol) -> (session: UInt64?, viewer: UInt64?) {
        let parts = path.split(separator: "/")
        return (
            parts.count > 2 ? UInt64(parts[2]) : nil,
            parts.count > 4 && parts[3] == "viewers" ? UInt64(parts[4]) : nil
        )
    }

    private func describe(_ snapshot: SessionSnapshot, _ selection: inout Selection) async -> Page.Session {
        let after = selection.session == nil ? 0 : selection.after
        let rest = snapshot.viewers.sorted().drop { $0 <= after }
        let listed = rest.prefix(selection.limit)
        selection.limit -= listed.count
        var viewers: [Page.Viewer] = []
        var ids = listed
        while !ids.isEmpty {
            for viewer in await running.snapshots(ofViewers: ids, of: snapshot.id) {
                viewers.append(Self.describe(viewer, bitrate: snapshot.bitrate))
            }
            ids = ids.dropFirst(RunningSessions.slice)
        }
        return Page.Session(
            id: "\(snapshot.id)", delivery: snapshot.delivery.rawValue, content: Self.describe(snapshot.content),
            names: snapshot.names.map(Self.describe),
            state: snapshot.state.rawValue, engine: snapshot.engine, containerId: snapshot.containerID,
            ageS: Self.seconds(snapshot.age), receivedBytes: snapshot.receivedBytes, sentBytes: snapshot.sentBytes,
            buffer: Page.Session.Buffer(usedBytes: snapshot.bufferedBytes, capacityBytes: snapshot.bufferCapacity),
            bitrateBps: snapshot.bitrate.map { Int($0) }, failovers: snapshot.failovers, waiting: snapshot.waiting,
            viewerCount: snapshot.viewers.count, viewers: viewers,
            next: listed.count < rest.count ? "\(listed.last ?? after)" : nil)
    }

    private static func describe(_ content: ContentKey) -> Page.Session.Content {
        Page.Session.Content(type: content.kind.rawValue, value: content.value)
    }

    private static func describe(_ viewer: ViewerSnapshot, bitrate: Double?) -> Page.Viewer {
        let lag = bitrate.flatMap { $0 >= 1 ? Double(viewer.lagBytes) * 8000 / $0 : nil }
        return Page.Viewer(
            id: "\(viewer.id)", delivery: viewer.delivery.rawValue, address: viewer.address, player: viewer.player,
            connectedAt: viewer.connectedAt?.formatted(
                Date.ISO8601FormatStyle(includingFractionalSeconds: true)),
            connectedS: seconds(viewer.age), sentBytes: viewer.sentBytes, lagBytes: viewer.lagBytes,
            lagMs: lag.map { Int(min($0, 1e12)) }, movedForward: viewer.movedForward, isBlocked: viewer.isBlocked,
            lastRequestS: viewer.sinceLastRequest.map(seconds))
    }

    private static func seconds(_ duration: Duration) -> Double {
        (duration / .milliseconds(1)).rounded() / 1000
    }

    private static func selection(_ query: Substring) -> Selection? {
        var selection = Selection()
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let number = UInt64(parts[1]) else { return nil }
            switch parts[0] {
            case "session": selection.session = number
            case "after": selection.after = number
            case "limit":
                guard number <= maximumLimit else { return nil }
                selection.limit = Int(number)
            default: return nil
            }
        }
        return selection
    }
}
