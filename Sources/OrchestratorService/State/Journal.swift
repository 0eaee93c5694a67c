import Fleet
public import Logging
public import ServiceLifecycle
public import Storage
public import Telemetry
import NIOConcurrencyHelpers

/// Carries changes to the database without making anybody wait: what piles up while one transaction is written goes
/// into the next. At most `maxPending` changes wait; beyond that the log entries among them are dropped and counted.
///
/// A change handed in is durable once a later ``flush()`` returns; all who wait for that share one transaction. A crash
/// may lose those not flushed. What cannot be written is kept and tried again.
public final class Journal: Service {
    static let maxPending = 50_000
    static let retryPause = Duration.seconds(1)

    private struct State {
        var pending: [StateChange] = []
        var dropped = 0
        var flushes: [CheckedContinuation<StorageError?, Never>] = []
        var isFinished = false

        mutating func boundPending() {
            guard pending.count > maxPending else { return }
            let count = pending.count
            pending.removeAll(where: \.isLogEntry)
            dropped += count - pending.count
        }
    }

    private enum Outcome {
        case nothing, written, failed
    }

    let store: StateStore
    private let metrics: JournalMetrics
    private let logger: Logger
    private let state = NIOLockedValueBox(State())
    private let wakeups: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    public init(store: StateStore, registry: Registry, logger: Logger) {
        self.store = store
        metrics = JournalMetrics(registry: registry)
        self.logger = logger
        (wakeups, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func append(_ changes: [StateChange]) {
        guard !changes.isEmpty else { return }
        state.withLockedValue { state in
            for change in changes {
                if state.pending.count >= Self.maxPending, change.isLogEntry {
                    state.dropped += 1
                } else {
                    state.pending.append(change)
                }
            }
            metrics.pending.set(state.pending.count)
        }
        wake.yield()
    }

    /// Returns once everything handed in before is durable. Throws when it could not be written yet.
    public func flush() async throws(StorageError) {
        let failure = await withCheckedContinuation { continuation in
            let isFinished = state.withLockedValue { state in
                if !state.isFinished { state.flushes.append(continuation) }
                return state.isFinished
            }
            if isFinished { continuation.resume(returning: closed()) } else { wake.yield() }
        }
        if let failure { throw failure }
    }

    public func run() async throws {
        await withGracefulShutdownHandler {
            for await _ in wakeups where await writePending() == .failed {
                try? await Task.sleep(for: Self.retryPause)
                wake.yield()
            }
        } onGracefulShutdown: {
            self.wake.finish()
        }
        while await writePending() == .written {}
        let waiting = state.withLockedValue { state in
            state.isFinished = true
            defer { state.flushes = [] }
            return state.flushes
        }
        for continuation in waiting { continuation.resume(returning: closed()) }
    }

    /// What a flush is told after the end: nil when nothing was left unwritten.
    private func closed() -> StorageError? {
        state.withLockedValue { $0.pending.isEmpty }
            ? nil : StorageError(.unavailable, "the orchestrator has stopped before everything was written")
    }

    private func writePending() async -> Outcome {
        let (changes, flushes, dropped) = state.withLockedValue { state in
            defer {
                state.pending = []
                state.flushes = []
                state.dropped = 0
                metrics.pending.set(0)
            }
            return (state.pending.withoutOutdated, state.flushes, state.dropped)
        }
        if dropped > 0 {
            metrics.dropped.increment(by: dropped)
            logger.error("event log entries were dropped", metadata: ["count": "\(dropped)"])
        }
        // In a task of its own: a cancelled caller must not lose what it has taken over.
        let store = store
        let begin = ContinuousClock.now
        let write = Task { () async -> StorageError? in
            do throws(StorageError) {
                try await store.apply(changes)
                return nil
            } catch { return error }
        }
        let failure = await write.value
        if !changes.isEmpty { metrics.record(changes: changes.count, since: begin, succeeded: failure == nil) }
        if let failure {
            logger.error("state could not be written: \(failure)", metadata: ["changes": "\(changes.count)"])
            state.withLockedValue { state in
                state.pending.insert(contentsOf: changes, at: 0)
                state.boundPending()
                metrics.pending.set(state.pending.count)
            }
        }
        for continuation in flushes { continuation.resume(returning: failure) }
        if failure != nil { return .failed }
        return changes.isEmpty && flushes.isEmpty ? .nothing : .written
    }
}

extension StateChange {
    /// Whether losing it costs only history.
    var isLogEntry: Bool {
        switch self {
        case .logEvent(let event): event.category != EventRecord.auditCategory
        case .logDecision, .saveSamples: true
        case .saveEngine, .removeEngine, .saveStream, .setConfiguration: false
        }
    }
}

extension [StateChange] {
    /// The same changes without what a later one of them replaces as a whole.
    var withoutOutdated: [StateChange] {
        guard count > 1 else { return self }
        var engines: Set<String> = []
        var keys: Set<String> = []
        var streams: [String: StreamRecord] = [:]
        var kept: [StateChange] = []
        kept.reserveCapacity(count)
        for change in reversed() {
            switch change {
            case .saveEngine(let engine): if !engines.insert(engine.id).inserted { continue }
            case .removeEngine(let id): if !engines.insert(id).inserted { continue }
            case .setConfiguration(let key, _): if !keys.insert(key).inserted { continue }
            case .saveStream(let stream): if streams[stream.id] == nil { streams[stream.id] = stream }
            case .saveSamples, .logEvent, .logDecision: break
            }
            kept.append(change)
        }
        kept.reverse()
        guard !streams.isEmpty else { return kept }
        // The last state of a stream comes where it was first saved: its samples need it there.
        return kept.compactMap { change in
            guard case .saveStream(let stream) = change else { return change }
            return streams.removeValue(forKey: stream.id).map { .saveStream($0) }
        }
    }
}
