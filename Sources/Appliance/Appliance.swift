import CLinux
import Glibc
import UnixSignals

/// Brings everything up on 127.0.0.1, keeps it running, and stops all of it at the end.
public struct Appliance: Sendable {
    private let options: UpOptions
    private let environment: [String: String]
    private let state: StateDirectory
    private let console = Console()
    private let reaper = ProcessReaper()

    public init(options: UpOptions, environment: [String: String]) {
        self.options = options
        self.environment = environment
        state = StateDirectory(path: options.dataDirectory)
    }

    /// Runs until SIGINT, SIGTERM or SIGHUP. The exit code: 0 after a signal, 1 when the appliance could not come up.
    public func run() async -> Int32 {
        guard weir_become_subreaper() == 0 else {
            console.line("weir up: cannot become a subreaper: \(ApplianceError.describe(errno))")
            return 1
        }
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        signal(SIGPIPE, SIG_IGN)
        do {
            let prepared = try await OffPool.run { try Preparation(options: options, environment: environment) }
            let reaping = Task { await reaper.run() }
            let failure = await supervise(prepared, signals)
            reaping.cancel()
            if let failure { console.line("weir up: \(failure)") }
            return failure == nil ? 0 : 1
        } catch {
            console.line("weir up: \((error as? ApplianceError)?.message ?? String(describing: error))")
            return 1
        }
    }

    /// Runs until a signal (nil) or a failure (its line); nothing that was started is left when it returns.
    private func supervise(_ prepared: Preparation, _ signals: UnixSignalsSequence) async -> String? {
        let (events, feed) = AsyncStream<Supervisor.Event>.makeStream()
        let supervisor = Supervisor(
            blueprint: prepared.blueprint, reaper: reaper, restarts: options.restartsComponents,
            report: { feed.yield($0) })
        let failure = await withTaskGroup(of: String?.self) { group in
            group.addTask {
                for await _ in signals { return nil }
                return nil
            }
            group.addTask {
                do {
                    try await bringUp(prepared, supervisor)
                    await Operation(
                        prepared: prepared, supervisor: supervisor, console: console, jsonPath: options.jsonPath,
                        isDemo: options.isDemo
                    ).run(events)
                    return nil
                } catch is CancellationError {
                    return nil
                } catch {
                    return (error as? ApplianceError)?.message ?? String(describing: error)
                }
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        console.progress("stopping")
        let asked = await supervisor.stop(patience: .seconds(5))
        await OffPool.run { prepared.sweep.run(patience: .seconds(4), limit: .seconds(8), asked: asked) }
        unlink(state.runFile)
        console.line(failure == nil ? "stopped" : "everything was stopped")
        return failure
    }

    private func bringUp(_ prepared: Preparation, _ supervisor: Supervisor) async throws {
        let endpoints = prepared.blueprint.endpoints
        try await TestVideo(ffmpeg: prepared.ffmpeg, state: state).make(
            reaper: reaper, environment: prepared.blueprint.markedEnvironment, console: console)
        for stage in Component.stages {
            for component in stage {
                try Task.checkCancellation()
                try await supervisor.start(component)
            }
            for component in stage {
                let start = Start(
                    component: component, supervisor: supervisor, state: state, console: console,
                    readiness: Readiness(
                        http: LoopbackHTTP(), endpoints: endpoints, engines: prepared.enginesAtStart))
                try await start.wait(limit: .seconds(60))
            }
        }
    }
}
