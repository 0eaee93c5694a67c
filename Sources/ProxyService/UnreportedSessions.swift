import EngineAPI
import Fleet
import NIOConcurrencyHelpers

/// The sessions that engines have opened for this proxy and that the orchestrator knows by no report: their first byte
/// has not come, or the report is on its way. The signs of life name them, so that somebody stops them if this proxy is
/// killed.
final class UnreportedSessions: Sendable {
    /// As the sign of life has it.
    struct Entry: Encodable, Sendable {
        struct Engine: Encodable, Sendable {
            let host: String
            let port: Int
        }

        let engine: Engine
        let commandUrl: String
    }

    private struct State {
        var entries: [String: (number: UInt64, entry: Entry)] = [:]
        var lastNumber: UInt64 = 0
        var lastNumberNamed: UInt64 = 0
    }

    /// More are not named at once, the oldest first.
    static let maximumNamed = 500

    private let state = NIOLockedValueBox(State())

    /// Notes that an engine has answered.
    func opened(_ playback: PlaybackSession) {
        let entry = Entry(
            engine: .init(host: playback.engine.host, port: playback.engine.port), commandUrl: playback.commandURL)
        state.withLockedValue { state in
            state.lastNumber += 1
            state.entries[playback.commandURL] = (state.lastNumber, entry)
        }
    }

    /// Notes that the orchestrator has taken in the session's report, or that the session is over.
    func settled(_ commandURL: String) {
        state.withLockedValue { $0.entries[commandURL] = nil }
    }

    /// Whether there is one that was not named yet.
    var hasNews: Bool {
        state.withLockedValue { state in state.entries.values.contains { $0.number > state.lastNumberNamed } }
    }

    /// Those to be named now.
    func named() -> [Entry] {
        state.withLockedValue { state in
            state.lastNumberNamed = state.lastNumber
            return state.entries.values.sorted { $0.number < $1.number }.prefix(Self.maximumNamed).map(\.entry)
        }
    }
}
