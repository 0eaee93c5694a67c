import Providers
import ServiceLifecycle

/// Wakes the loop that asks what runs when the provider says that something has changed. What comes close together
/// wakes it once.
struct ChangeWatch: Service {
    let provider: any EngineProvider
    let wake: WakeSignal

    func run() async throws {
        guard let changes = provider.changes() else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown {
            for await _ in changes {
                try? await Task.sleep(for: .milliseconds(100))
                wake.wake()
            }
        }
    }
}
