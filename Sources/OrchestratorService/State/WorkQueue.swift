import ServiceLifecycle

/// Runs what the orchestrator has decided, each job in a task of its own, so that nothing slow happens inside it.
/// Jobs are bounded by the limiter and the number of engines; all are cancelled at shutdown.
struct WorkQueue: Service {
    typealias Job = @Sendable () async -> Void

    private let jobs: AsyncStream<Job>
    private let continuation: AsyncStream<Job>.Continuation

    init() {
        (jobs, continuation) = AsyncStream.makeStream()
    }

    func submit(_ job: @escaping Job) {
        continuation.yield(job)
    }

    func run() async throws {
        await withDiscardingTaskGroup { group in
            for await job in jobs.cancelOnGracefulShutdown() {
                group.addTask { await job() }
            }
            group.cancelAll()
        }
    }
}
