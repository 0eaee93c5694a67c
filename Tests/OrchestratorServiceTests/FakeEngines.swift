import EngineAPI
import Fleet
import OrchestratorService
import Providers
import Synchronization
import Telemetry

/// Engines that exist only in memory: what a provider runs and what a probe finds.
final class FakeEngines: EngineProvider, EngineProbe {
    private struct State {
        var engines: [String: ProvidedEngine] = [:]
        var unanswering: Set<Int> = []
        var created = 0
        var removed: [String] = []
        var refusal: ProviderError?
        /// Answers of the next creations, before anything else is tried.
        var refusals: [ProviderError] = []
        /// Creations whose answer does not come before the gate opens.
        var isCreationHung = false
        var hungCreations: [CheckedContinuation<Void, Never>] = []
        /// The next creation succeeds, and its answer is lost.
        var losesAnswer = false
        /// When engines say they were started; nil: long ago.
        var startTime: Int64?
        /// What engines say of their network; nil: nothing.
        var isConnected: Bool?
        var fewestRunning = Int.max
        /// Ports whose engine neither answers nor refuses.
        var hungPorts: Set<Int> = []
        var probesAtOnce = 0
        var isHung = false
        var hung: [CheckedContinuation<Void, Never>] = []
        /// Ports whose engine does not answer before the gate opens.
        var isGateClosed = false
        /// The sessions that were to be stopped.
        var stops: [String] = []
        var stopFailures = 0
        /// What is answered about sessions, by path; others are unknown.
        var statistics: [String: StreamStatistics] = [:]
        /// Ports whose statistics are never told.
        var silentPorts: Set<Int> = []
        /// Where statistics were asked for.
        var questions: [String] = []
        /// What the checks were made for.
        var traces: [TraceContext?] = []
    }

    let name = "fake"
    private let state = Mutex(State())

    func create(_ request: EngineRequest) async throws(ProviderError) -> ProvidedEngine {
        await withCheckedContinuation { continuation in
            let isHung = state.withLock { state in
                if state.isCreationHung { state.hungCreations.append(continuation) }
                return state.isCreationHung
            }
            if !isHung { continuation.resume() }
        }
        let result: Result<ProvidedEngine, ProviderError> = state.withLock { state in
            if !state.refusals.isEmpty { return .failure(state.refusals.removeFirst()) }
            if let refusal = state.refusal { return .failure(refusal) }
            if state.engines.values.contains(where: { $0.httpPort == request.httpPort }) {
                return .failure(ProviderError(code: .portInUse, message: "port \(request.httpPort) is in use"))
            }
            state.created += 1
            let engine = ProvidedEngine(
                id: "id-\(state.created)-\(request.name)", name: request.name, host: "127.0.0.1",
                httpPort: request.httpPort, labels: request.labels,
                createdAtMilliseconds: state.startTime ?? Int64(state.created),
                isRunning: true, image: "fake")
            state.engines[engine.id] = engine
            if state.losesAnswer {
                state.losesAnswer = false
                return .failure(ProviderError(code: .timedOut, message: "the answer was lost"))
            }
            return .success(engine)
        }
        return try result.get()
    }

    func list() async throws(ProviderError) -> [ProvidedEngine] {
        await withCheckedContinuation { continuation in
            let isHung = state.withLock { state in
                if state.isHung { state.hung.append(continuation) }
                return state.isHung
            }
            if !isHung { continuation.resume() }
        }
        return state.withLock { $0.engines.values.sorted { $0.createdAtMilliseconds < $1.createdAtMilliseconds } }
    }

    func remove(_ id: String) async throws(ProviderError) {
        state.withLock { state in
            state.engines[id] = nil
            state.fewestRunning = min(state.fewestRunning, state.engines.count)
            state.removed.append(id)
        }
    }

    func statistics(of ids: [String]) async throws(ProviderError) -> [EngineStatistics] {
        ids.map { EngineStatistics(engineID: $0, cpuPercent: 12.345, memoryBytes: 1000, memoryLimitBytes: 4000) }
    }

    func check(_ endpoint: EngineEndpoint, timeout: Duration) async throws(EngineError) {
        state.withLock { state in
            state.probesAtOnce += 1
        }
        defer { state.withLock { $0.probesAtOnce -= 1 } }
        while state.withLock({ $0.hungPorts.contains(endpoint.port) }) {
            guard (try? await Task.sleep(for: .milliseconds(10))) != nil else {
                throw EngineError(code: .timeout, message: "no answer")
            }
        }
        let answers = state.withLock { state in
            state.traces.append(TraceContext.current)
            return !state.isGateClosed && !state.unanswering.contains(endpoint.port)
                && state.engines.values.contains { $0.httpPort == endpoint.port && $0.isRunning }
        }
        if !answers { throw EngineError(code: .timeout, message: "no answer") }
    }

    func stopSession(
        _ command: EngineCommand, on endpoint: EngineEndpoint, timeout: Duration
    ) async throws(EngineError) {
        let fails = state.withLock { state in
            state.stops.append("\(endpoint)\(command.path)")
            defer { state.stopFailures -= 1 }
            return state.stopFailures > 0
        }
        if fails { throw EngineError(code: .timeout, message: "no answer") }
    }

    func statistics(
        _ session: EngineStatPath, on endpoint: EngineEndpoint, timeout: Duration
    ) async throws(EngineError) -> StreamStatistics {
        let (answer, isSilent) = state.withLock { state in
            state.questions.append("\(endpoint)\(session.path)")
            return (state.statistics[session.path], state.silentPorts.contains(endpoint.port))
        }
        if isSilent {
            try? await Task.sleep(for: timeout)
            throw EngineError(code: .timeout, message: "no answer")
        }
        guard let answer else { throw EngineError(code: .refused, message: "unknown playback session id") }
        return answer
    }

    func analysis(
        ofInfohash infohash: String, on endpoint: EngineEndpoint, timeout: Duration
    ) async throws(EngineError) -> [UInt8] {
        Array(#"{"result":{"infohash":"\#(infohash)","title":"A","transport_type":null}}"#.utf8)
    }

    func tell(_ path: String, _ statistics: StreamStatistics?) {
        state.withLock { $0.statistics[path] = statistics }
    }

    func silence(_ ports: Set<Int>) { state.withLock { $0.silentPorts = ports } }

    var questions: [String] { state.withLock { $0.questions } }

    /// Lets the next attempts to stop a session fail.
    func failStops(_ count: Int) { state.withLock { $0.stopFailures = count } }

    var stops: [String] { state.withLock { $0.stops } }

    /// Lets the process of an engine end.
    func crash(_ id: String) { state.withLock { $0.engines[id]?.isRunning = false } }

    func setGateClosed(_ isClosed: Bool) { state.withLock { $0.isGateClosed = isClosed } }

    /// While hung, the question what runs is not answered.
    func setHung(_ isHung: Bool) {
        let waiting = state.withLock { state in
            state.isHung = isHung
            defer { if !isHung { state.hung = [] } }
            return isHung ? [] : state.hung
        }
        for continuation in waiting { continuation.resume() }
    }

    /// While hung, no creation is answered.
    func setCreationHung(_ isHung: Bool) {
        let waiting = state.withLock { state in
            state.isCreationHung = isHung
            defer { if !isHung { state.hungCreations = [] } }
            return isHung ? [] : state.hungCreations
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Lets the next creation succeed without its caller getting to know.
    func loseNextAnswer() { state.withLock { $0.losesAnswer = true } }

    /// Lets engines created from now on say that they were started at this time.
    func setStartTime(_ milliseconds: Int64?) { state.withLock { $0.startTime = milliseconds } }

    func setHung(ports: Set<Int>) { state.withLock { $0.hungPorts = ports } }

    func setUnanswering(ports: Set<Int>) { state.withLock { $0.unanswering = ports } }

    var probesAtOnce: Int { state.withLock { $0.probesAtOnce } }

    func isConnected(_ endpoint: EngineEndpoint, timeout: Duration) async throws(EngineError) -> Bool {
        guard let isConnected = state.withLock({ $0.isConnected }) else {
            throw EngineError(code: .timeout, message: "no answer")
        }
        return isConnected
    }

    func setConnected(_ isConnected: Bool?) { state.withLock { $0.isConnected = isConnected } }

    /// The smallest number of engines that was left after a removal.
    var fewestRunning: Int { state.withLock { $0.fewestRunning } }

    func refuseNext(_ errors: [ProviderError]) { state.withLock { $0.refusals = errors } }

    func refuse(_ error: ProviderError?) { state.withLock { $0.refusal = error } }

    var running: [ProvidedEngine] { state.withLock { $0.engines.values.filter(\.isRunning) } }
    var traces: [TraceContext?] { state.withLock { $0.traces } }
    var created: Int { state.withLock { $0.created } }
    var removed: [String] { state.withLock { $0.removed } }
}
