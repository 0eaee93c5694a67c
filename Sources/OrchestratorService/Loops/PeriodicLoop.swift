import ServiceLifecycle

/// Does something again and again, with a pause between the end of one turn and the next, until shutdown.
struct PeriodicLoop: Service {
    let pause: Duration
    let turn: @Sendable () async -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await turn()
                try? await Task.sleep(for: pause)
            }
        }
    }
}
