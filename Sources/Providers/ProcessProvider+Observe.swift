internal import Glibc
internal import Logging

extension ProcessProvider {
    /// How long a process may be without its id in the environment: between being made and running its program.
    private static let startingMilliseconds: Int64 = 10_000

    /// All records as they stand, the oldest first, and whether their process runs. Completes or deletes intents that
    /// were left behind and takes the exit status of children of ours that have ended.
    func observe() throws(ProviderError) -> [(record: ProcessRecord, isRunning: Bool)] {
        killed = killed.filter { !$0.hasEndedAndIsReaped() }
        var observed: [(record: ProcessRecord, isRunning: Bool)] = []
        for entry in try folder.entries() {
            switch entry {
            case .record(let found):
                guard let record = try resolve(found) else { continue }
                observed.append((record, isRunning(record)))
            case .damaged(let id, let reason):
                logger.error("damaged engine record set aside", metadata: ["engine": "\(id)", "reason": "\(reason)"])
                try killProcesses(of: id)
                try folder.setAside(id)
            }
        }
        return observed
    }

    /// The record, completed if it was an intent whose process is found. nil if the intent came to nothing; it is
    /// deleted then. An intent that may yet come to something is given back as it is.
    func resolve(_ record: ProcessRecord) throws(ProviderError) -> ProcessRecord? {
        if record.process != nil { return record }
        let marked = try ProcessTable.processes(with: Self.idVariable, equalTo: record.id)
        // The engine leads its session; what it has started itself carries the same mark.
        if let engine = marked.first(where: { $0.session == $0.identity.pid }) {
            var completed = record
            completed.process = engine.identity
            try folder.write(completed)
            logger.info(
                "engine process adopted", metadata: ["engine": "\(record.name)", "pid": "\(engine.identity.pid)"])
            return completed
        }
        let isCreatorAtWork = record.creator.map { $0.isRunning && $0.pid != getpid() } ?? false
        let isFresh = abs(Self.nowMilliseconds() - record.createdAtMilliseconds) < Self.startingMilliseconds
        if isCreatorAtWork || isFresh { return record }
        try killProcesses(of: record.id)
        try folder.delete(record.id, keepingLog: false)
        logger.warning("engine that was never started forgotten", metadata: ["engine": "\(record.name)"])
        return nil
    }

    func isRunning(_ record: ProcessRecord) -> Bool {
        guard let process = record.process, record.bootID == nil || record.bootID == Self.bootID() else { return false }
        return !process.hasEndedAndIsReaped()
    }

    /// Kills whatever carries the id of an engine: processes it has started and left behind.
    func killProcesses(of id: String) throws(ProviderError) {
        for process in try ProcessTable.processes(with: Self.idVariable, equalTo: id).map(\.identity) {
            process.signal(SIGKILL) { ProcessTable.carries(process.pid, Self.idVariable, id) }
            killed.insert(process)
        }
    }

    /// Whether a process has ended, looked at again and again until then or until the time is over.
    func hasEnded(_ process: ProcessIdentity, within limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while true {
            if process.hasEndedAndIsReaped() { return true }
            if ContinuousClock.now >= deadline { return false }
            do {
                try await Task.sleep(for: .milliseconds(10))
            } catch {
                // Cancelled: what is left of the waiting is given up, not the removal.
                return process.hasEndedAndIsReaped()
            }
        }
    }
}
