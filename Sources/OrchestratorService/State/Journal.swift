public import Logging
public import ServiceLifecycle
public import Storage
import Synchronization

/// Carries changes to the database without making anybody wait: what piles up while one transaction is written goes
/// into the next. At most `maxPending` changes wait; beyond that the log entries among them are dropped and counted.
///
/// A change handed in is durable once a later ``flush()`` returns. A crash may lose those not flushed.
public final class Journal: Service {
    static let maxPending = 50_000

    private struct State {
        var pending: [StateChange] = []
        var dropped = 0
        var flushes: [CheckedContinuation<Void, Never>] = []
        var isFinished = false
    }

    let store: StateStore
    private let logger: Logger
    private let state = Mutex(State())
    private let wakeups: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    public init(store: StateStore, logger: Logger) {
        self.store = store
        self.logger = logger
        (wakeups, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func append(_ changes: [StateChange]) {
        guard !changes.isEmpty else { return }
        state.withLock { state in
            for change in changes {
                if state.pending.count >= Self.maxPending, change.isLogEntry {
                    state.dropped += 1
                } else {
                    state.pending.append(change)
                }
            }
        }
        wake.yield()
    }

    /// Returns once everything handed in before is durable, or could not be written.
    public func flush() async {
        await withCheckedContinuation { continuation in
            let isFinished = state.withLock { state in
                if !state.isFinished { state.flushes.append(continuation) }
                return state.isFinished
            }
            if isFinished { continuation.resume() } else { wake.yield() }
        }
    }

    public func run() async throws {
        await withGracefulShutdownHandler {
            for await _ in wakeups { await writePending() }
        } onGracefulShutdown: {
            self.wake.finish()
        }
        while await writePending() {}
        let waiting = state.withLock { state in
            state.isFinished = true
            defer { state.flushes = [] }
            return state.flushes
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Writes what waits; false when there was nothing.
    @discardableResult private func writePending() async -> Bool {
        let (changes, flushes, dropped) = state.withLock { state in
            defer {
                state.pending = []
                state.flushes = []
                state.dropped = 0
            }
            return (state.pending, state.flushes, state.dropped)
        }
        if dropped > 0 { logger.error("event log entries were dropped", metadata: ["count": "\(dropped)"]) }
        // In a task of its own: a cancelled caller must not lose what it has taken over.
        let store = store
        let write = Task { () async -> StorageError? in
            do throws(StorageError) {
                try await store.apply(changes)
                return nil
            } catch { return error }
        }
        if let error = await write.value {
            logger.error("state could not be written: \(error)", metadata: ["changes": "\(changes.count)"])
        }
        for continuation in flushes { continuation.resume() }
        return !changes.isEmpty || !flushes.isEmpty
    }
}

extension StateChange {
    /// Whether losing it costs only history.
    var isLogEntry: Bool {
        switch self {
        case .logEvent, .logDecision: true
        case .saveEngine, .removeEngine, .saveStream, .setConfiguration: false
        }
    }
}
