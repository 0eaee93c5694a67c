import Catalogue
import Logging
import NIOConcurrencyHelpers
import Outbound
import ServiceLifecycle

/// Tells the orchestrator every second that this proxy lives, and learns by it whether the orchestrator does: so the
/// fallback ends by itself and a hung orchestrator is noticed while leases wait for it.
///
/// An orchestrator that has forgotten this proxy (it heard nothing for too long, or was started anew) names another
/// registration than before: then the running streams are reported again, which changes nothing where they are known.
/// One that takes no signs of life is asked for its health instead.
///
/// The signs of life name the engine sessions that no report has told of; a new one is named within a few tenths of a
/// second.
struct OrchestratorProbe: Service {
    private struct Heartbeat: Encodable, Sendable {
        let unreported: [UnreportedSessions.Entry]
        let listen: String
    }

    private struct Answer: Decodable {
        let registration: String?
        let maxStreamsPerEngine: Int?
    }

    private struct State {
        var registration: String?
        /// Turns until an orchestrator without signs of life is asked again whether it takes them now.
        var turnsWithoutHeartbeat = 0
    }

    private static let turnsBetweenTrials = 30
    private static let longestPause = Duration.seconds(1)
    /// How often it is looked whether there is a session to be named.
    private static let look = Duration.milliseconds(100)
    private static let looksInAPause = 10

    let api: OrchestratorAPI
    let link: OrchestratorLink
    let directory: EngineDirectory
    let unreported: UnreportedSessions
    /// Where this proxy listens, `host:port`: the orchestrator tells Prometheus.
    let address: @Sendable () -> String
    let logger: Logger
    /// Reports the running streams.
    let announce: @Sendable () async -> Void
    private let state = NIOLockedValueBox(State())

    init(
        api: OrchestratorAPI, link: OrchestratorLink, directory: EngineDirectory, unreported: UnreportedSessions,
        address: @escaping @Sendable () -> String, logger: Logger, announce: @escaping @Sendable () async -> Void
    ) {
        self.directory = directory
        self.unreported = unreported
        self.address = address
        self.api = api
        self.link = link
        self.logger = logger
        self.announce = announce
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let isReachable = await isUp()
                if Task.isCancelled { return }
                if link.note(isReachable: isReachable) {
                    logger.notice("the orchestrator is \(isReachable ? "back" : "not reachable")")
                    // It may be a later version now.
                    state.withLockedValue { $0.turnsWithoutHeartbeat = 0 }
                }
                await pause()
            }
        }
    }

    /// Until the next sign of life is due: counted both by the clock and by looks, so that neither a slow machine nor a
    /// clock that is set makes it late.
    private func pause() async {
        let end = ContinuousClock.now + Self.longestPause
        for _ in 0..<Self.looksInAPause {
            try? await Task.sleep(for: Self.look)
            if Task.isCancelled || ContinuousClock.now >= end || isNewsDue { return }
        }
    }

    /// Whether there is something to tell, and somebody who listens.
    private var isNewsDue: Bool {
        unreported.hasNews && link.state == .up && state.withLockedValue { $0.turnsWithoutHeartbeat == 0 }
    }

    private func isUp() async -> Bool {
        let isTrial = state.withLockedValue { state in
            state.turnsWithoutHeartbeat = max(0, state.turnsWithoutHeartbeat - 1)
            return state.turnsWithoutHeartbeat == 0
        }
        guard isTrial else { return await isHealthy() }
        guard
            let response = try? await api.post(
                .health, "/proxies/heartbeat", Heartbeat(unreported: unreported.named(), listen: address()))
        else { return false }
        switch response.status {
        case 404, 405:
            state.withLockedValue { $0.turnsWithoutHeartbeat = Self.turnsBetweenTrials }
            return await isHealthy()
        case 200:
            let answer = OrchestratorAPI.decode(Answer.self, from: response)
            if let limit = answer?.maxStreamsPerEngine { directory.setLimit(limit) }
            await note(answer?.registration)
            return true
        default:
            return response.status < 500
        }
    }

    private func isHealthy() async -> Bool {
        guard let response = try? await api.get(.health, "/health") else { return false }
        return response.status < 500
    }

    private func note(_ registration: String?) async {
        guard let registration else { return }
        let isNew = state.withLockedValue { state in
            defer { state.registration = registration }
            return state.registration != registration
        }
        guard isNew else { return }
        logger.info("the orchestrator knows this proxy from now on", metadata: ["registration": "\(registration)"])
        await announce()
    }
}
