public import Logging
public import ServiceLifecycle
import UnixSignals

/// Re-reads a program's settings at each SIGHUP.
///
/// The environment of a process does not change; the file that `WEIR_CONFIG` names may. Settings that cannot be used
/// never take the place of those in use: they are logged, counted, and everything stays as it is. The rest of what has
/// changed is named in the log, for it needs a restart.
public struct SettingsReload: Service {
    /// What became of a request to re-read.
    public enum Outcome: Sendable, Hashable {
        case applied
        case refused
    }

    /// What can change while a program runs.
    public struct Change: Sendable {
        public var logLevel: Logger.Level
        public var effective: [EffectiveSetting]
        /// Variables that take effect at once.
        public var live: Set<String>

        public init(logLevel: Logger.Level, effective: [EffectiveSetting], live: Set<String>) {
            self.logLevel = logLevel
            self.effective = effective
            self.live = live
        }
    }

    private let logger: Logger
    private let logLevel: LogLevelSwitch
    private let before: [EffectiveSetting]
    private let read: @Sendable () throws -> Change
    private let count: @Sendable (Outcome) -> Void

    /// - Parameters:
    ///   - effective: the settings in use.
    ///   - read: reads all settings anew, and has applied what can be when it returns.
    ///   - count: called once for each signal.
    public init(
        effective: [EffectiveSetting], logLevel: LogLevelSwitch, logger: Logger,
        read: @escaping @Sendable () throws -> Change, count: @escaping @Sendable (Outcome) -> Void
    ) {
        before = effective
        self.logLevel = logLevel
        self.logger = logger
        self.read = read
        self.count = count
    }

    public func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup)
        var current = before
        for await _ in signals.cancelOnGracefulShutdown() {
            // A file of settings is small; it is read on a thread of its own all the same.
            let read = read
            let result = await withCheckedContinuation { continuation in
                BlockingThread.run { continuation.resume(returning: Result { try read() }) }
            }
            switch result {
            case .success(let change): current = apply(change, to: current)
            case .failure(let error): refuse(error)
            }
        }
    }

    private func apply(_ change: Change, to current: [EffectiveSetting]) -> [EffectiveSetting] {
        logLevel.level = change.logLevel
        let old = Dictionary(current.map { ($0.name, $0) }) { first, _ in first }
        let changed = change.effective.filter { old[$0.name]?.value != $0.value }.map(\.name)
        let waiting = changed.filter { !change.live.contains($0) }
        logger.notice(
            "settings were read again",
            metadata: [
                "changed": "\(changed.filter(change.live.contains).joined(separator: ", "))",
                "after_a_restart": "\(waiting.joined(separator: ", "))",
            ])
        count(.applied)
        // What waits for a restart is named each time.
        return change.effective.map { change.live.contains($0.name) ? $0 : old[$0.name] ?? $0 }
    }

    private func refuse(_ error: any Error) {
        let problems = (error as? SettingsError)?.problems ?? ["\(error)"]
        for problem in problems { logger.error("settings were not taken: \(problem)") }
        count(.refused)
    }
}
