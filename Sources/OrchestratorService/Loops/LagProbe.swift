import ServiceLifecycle
import Telemetry

/// Measures the lag of event loops and task pool once a second, until shutdown.
struct LagProbe: Service {
    let runtime: RuntimeCollector

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                runtime.measure()
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }
}
