import ServiceLifecycle

/// Says that shutdown has begun.
struct ShutdownNotice: Service {
    let notify: @Sendable () async -> Void

    func run() async throws {
        try? await gracefulShutdown()
        await notify()
    }
}
