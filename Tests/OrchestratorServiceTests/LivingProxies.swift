/// Proxies that give signs of life until they are told to be silent. A call that fails ends nothing: a busy machine
/// must not make a proxy look lost.
final class LivingProxies: Sendable {
    private let task: Task<Void, Never>

    /// - Parameter bodies: what each says, by its name.
    init(_ client: TestClient, _ bodies: [String: String?]) {
        task = Task {
            while !Task.isCancelled {
                for (name, body) in bodies {
                    _ = try? await client.post("/proxies/heartbeat", body, headers: [("Weir-Proxy", name)])
                }
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    deinit { task.cancel() }

    /// Returns when no further sign of life is on its way.
    func fallSilent() async {
        task.cancel()
        await task.value
    }
}
