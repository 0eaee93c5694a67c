/// Waits until a component that was started is ready.
struct Start: Sendable {
    let component: Component
    let supervisor: Supervisor
    let state: StateDirectory
    let console: Console
    let readiness: Readiness

    /// Throws one line with the last lines of the log when the component ends or is not ready within `limit`.
    func wait(limit: Duration) async throws {
        let clock = ContinuousClock()
        let begin = clock.now
        while true {
            if let reason = await supervisor.failure(of: component) { throw await failed("ended with \(reason)") }
            let answer = await readiness.ask(component)
            guard case .waiting(let missing) = answer else { break }
            let elapsed = clock.now - begin
            guard elapsed < limit else {
                throw await failed("is not ready after \(limit.components.seconds) s: \(missing)")
            }
            console.progress("waiting for \(component)", "\(missing) (\(elapsed.components.seconds) s)")
            try await Task.sleep(for: .milliseconds(100))
        }
        // Whoever answered must be the process that was started, not another one on the same port.
        if let reason = await supervisor.failure(of: component) { throw await failed("ended with \(reason)") }
        await supervisor.markUp(component)
    }

    private func failed(_ what: String) async -> ApplianceError {
        let lines = await OffPool.run { state.tail(of: component.rawValue, lines: 3) }.joined(separator: " | ")
        return ApplianceError("\(component) \(what); \(state.log(component.rawValue)): \(lines)")
    }
}
