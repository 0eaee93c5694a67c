import Glibc

/// Keeps the components running.
///
/// Each component has one task that starts it, waits for its end, and starts it again after a growing delay. Before a
/// component was declared up, its end is a failure of the whole start.
actor Supervisor {
    enum Event: Sendable {
        case started(Component, pid_t)
        /// The component ended, and how; `delay` until it is started again, nil when it stays down.
        case ended(Component, String, delay: Duration?)
    }

    private let blueprint: Blueprint
    private let reaper: ProcessReaper
    private let restarts: Bool
    private let report: @Sendable (Event) -> Void
    private var keepers: [Task<Void, Never>] = []
    private(set) var pids: [Component: pid_t] = [:]
    private var up: Set<Component> = []
    private var failures: [Component: String] = [:]
    private var isStopping = false

    init(blueprint: Blueprint, reaper: ProcessReaper, restarts: Bool, report: @escaping @Sendable (Event) -> Void) {
        self.blueprint = blueprint
        self.reaper = reaper
        self.restarts = restarts
        self.report = report
    }

    /// Starts a component and keeps it.
    ///
    /// Spawning takes about a millisecond and stays on the actor, so that a stop never misses a new process.
    func start(_ component: Component) throws {
        guard !isStopping else { throw CancellationError() }
        let (pid, exits) = try reaper.start(blueprint.program(component))
        pids[component] = pid
        keepers.append(Task { await keep(component, pid: pid, exits: exits) })
    }

    /// From now on the end of `component` is answered by a restart.
    func markUp(_ component: Component) { up.insert(component) }

    /// Why a component ended before it was up.
    func failure(of component: Component) -> String? { failures[component] }

    func isRunning(_ component: Component) -> Bool { pids[component] != nil }

    /// Asks every component to end and starts none any more. Returns when the orchestrator, which could start
    /// engines, is gone, or after `patience`: the processes that were asked.
    func stop(patience: Duration) async -> Set<pid_t> {
        isStopping = true
        for keeper in keepers { keeper.cancel() }
        let asked = Set(pids.values)
        for pid in asked { kill(pid, SIGTERM) }
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        while let orchestrator = pids[.orchestrator], kill(orchestrator, 0) == 0, clock.now < deadline {
            // A task of its own: the pause must not end early when the caller is cancelled.
            await Task.detached { try? await Task.sleep(for: .milliseconds(50)) }.value
        }
        return asked
    }

    private func keep(_ component: Component, pid: pid_t, exits: AsyncStream<ProcessReaper.Exit>) async {
        let clock = ContinuousClock()
        var delay = RestartDelay()
        var current: AsyncStream<ProcessReaper.Exit>? = exits
        while !isStopping {
            let begin = clock.now
            var reason = "could not be started"
            if let current { for await exit in current { reason = exit.description } }
            guard !isStopping else { return }
            pids[component] = nil
            guard up.contains(component) else {
                failures[component] = reason
                return
            }
            let pause = delay.after(run: clock.now - begin)
            report(.ended(component, reason, delay: restarts ? pause : nil))
            guard restarts, (try? await Task.sleep(for: pause)) != nil, !isStopping else { return }
            current = restart(component)
        }
    }

    /// The exit of the new process; nil when it could not be started.
    private func restart(_ component: Component) -> AsyncStream<ProcessReaper.Exit>? {
        guard let (pid, exits) = try? reaper.start(blueprint.program(component)) else { return nil }
        pids[component] = pid
        report(.started(component, pid))
        return exits
    }
}
