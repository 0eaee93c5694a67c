import Fleet
import FoundationEssentials
import NIOConcurrencyHelpers
import Outbound
import Telemetry

/// Following the engine table of the orchestrator (`/engines/stream`), so that a steady state costs no call.
extension EngineDirectory {
    /// Before a connection that has ended is made anew.
    static let followAgainAfter = Duration.seconds(1)
    /// Pieces of the answer that wait to be read at most.
    private static let maxUnread = 4096

    private struct Change: Decodable {
        let changed: [Listed]
        let removed: [String]
    }

    /// Follows the table until the connection ends or the orchestrator counts as down.
    /// - Parameter lastID: the last event got; what is missed since is asked for.
    /// - Returns: whether the orchestrator tells of changes at all.
    func follow(after lastID: inout String?) async -> Bool {
        let (pieces, continuation) = AsyncStream<[UInt8]>.makeStream(bufferingPolicy: .bufferingOldest(Self.maxUnread))
        let headers = lastID.map { [(name: "Last-Event-ID", value: $0)] } ?? []
        let status = NIOLockedValueBox(0)
        let connection = Task { [api] in
            let answer = try? await api.follow("/engines/stream", headers: headers) { piece in
                if case .enqueued = continuation.yield(piece) { return }
                continuation.finish()
            }
            status.withLockedValue { $0 = answer?.status ?? 0 }
            continuation.finish()
        }
        let watch = Task { [link] in
            await link.waitUntilDown()
            connection.cancel()
        }
        defer {
            watch.cancel()
            connection.cancel()
            lists.withLockedValue { $0.isFollowed = false }
        }
        var reader = EventStreamReader()
        var isUnderstood = false
        await withTaskCancellationHandler {
            for await piece in pieces {
                guard let events = try? reader.read(piece) else { return }
                for event in events {
                    guard apply(event) else { return lastID = nil }
                    lastID = event.id
                    isUnderstood = true
                }
                if isUnderstood { confirm() }
            }
        } onCancel: {
            connection.cancel()
        }
        // Else it says that there is no such thing, or something else altogether.
        return isUnderstood || status.withLockedValue { $0 == 0 || $0 == 503 }
    }

    /// - Returns: whether it was understood; if not, the whole table is needed.
    private func apply(_ event: EventStreamReader.Event) -> Bool {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let data = Data(event.data)
        let listed: [Listed]
        switch event.name {
        case "table":
            guard let table = try? decoder.decode([Listed].self, from: data) else { return false }
            listed = table
        case "change":
            guard let change = try? decoder.decode(Change.self, from: data) else { return false }
            let gone = Set(change.removed).union(change.changed.map(\.containerId))
            listed = lists.withLockedValue { $0.engines.filter { !gone.contains($0.containerId) } } + change.changed
        default: return true
        }
        let entries = lists.withLockedValue { lists in
            lists.engines = listed
            lists.engineTag = nil
            lists.fetchedAt = .now
            return listed.map { Self.entry($0, streams: lists.streams) }
        }
        known.withLockedValue { $0.replace(with: entries) }
        metrics.enginesKnown.set(entries.count)
        return true
    }

    /// The connection stands: what is known is what there is.
    private func confirm() {
        lists.withLockedValue { lists in
            lists.isFollowed = true
            lists.fetchedAt = .now
        }
    }
}
