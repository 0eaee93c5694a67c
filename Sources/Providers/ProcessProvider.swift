internal import CLinux
internal import FoundationEssentials
internal import Glibc
public import Logging

/// Engines as local processes: any program that serves the engine API on the port it is given.
///
/// An engine is a session of its own and outlives whoever started it. Each has a record in the state folder; another
/// provider on the same folder, say after a restart, finds every engine there:
/// * the record is written before the process is started and completed after; a crash in between neither leaks an
///   engine nor loses one, because the process carries its id in its environment (`WEIR_ENGINE_ID`);
/// * a process is recognised by its number *and* start time, so none that merely got the number is ever signalled.
///
/// Only processes with a record in the state folder are listed, signalled or removed.
public actor ProcessProvider: EngineProvider {
    public nonisolated let name = "process"

    /// The label every engine of ours carries.
    public static let mark = "acestream-orchestrator"
    /// The environment variable that holds the engine's id.
    public static let idVariable = "WEIR_ENGINE_ID"

    let command: ProcessCommand
    let host: String
    let gracePeriod: Duration
    let folder: ProcessRecordFolder
    let logger: Logger
    /// Processes that got SIGKILL without being waited for, until they are gone: some may be children of ours.
    var killed: Set<ProcessIdentity> = []
    /// Processor time of engines when it was asked last.
    var processorTimes: [String: ProcessorTime] = [:]
    private nonisolated let queue = BlockingQueue(label: "weir.process-provider")

    public nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    /// - Parameters:
    ///   - command: what to start, with `{port}` and `{name}`.
    ///   - stateDirectory: where records and logs are kept; created when first needed, readable by the owner only.
    ///   - host: the address under which engines are reached.
    ///   - gracePeriod: how long an engine may take to end after SIGTERM before it gets SIGKILL.
    ///   - maxKeptLogs: how many logs are kept of engines that ended by themselves and were then removed.
    ///   - maxLogBytes: a running engine's log is emptied when it has grown beyond this.
    public init(
        command: ProcessCommand, stateDirectory: String, host: String = "127.0.0.1",
        gracePeriod: Duration = .seconds(2), maxKeptLogs: Int = 20, maxLogBytes: Int = 16 << 20, logger: Logger
    ) {
        self.command = command
        self.host = host
        self.gracePeriod = gracePeriod
        folder = ProcessRecordFolder(path: stateDirectory, maxKeptLogs: maxKeptLogs, maxLogBytes: maxLogBytes)
        self.logger = logger
    }

    // Does not suspend: two calls never see the same name or port as free.
    public func create(_ request: EngineRequest) async throws(ProviderError) -> ProvidedEngine {
        let port = try validate(request)
        let searchPath = Self.inheritedEnvironment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let executable = try ProgramSearch.executable(command.program, searchPath: searchPath)
        for (record, isRunning) in try observe() {
            if record.name == request.name {
                throw ProviderError(code: .nameInUse, message: "the name \(request.name) is that of \(record.id)")
            }
            if isRunning && record.httpPort == request.httpPort {
                throw ProviderError(code: .portInUse, message: "port \(port) was given to \(record.name)")
            }
        }
        guard try PortProbe.isFree(port) else {
            throw ProviderError(code: .portInUse, message: "something listens on port \(port)")
        }

        var record = newRecord(for: request)
        try folder.write(record)
        do throws(ProviderError) {
            record.process = try start(record, executable: executable, environment: request.environment)
        } catch {
            try? folder.delete(record.id, keepingLog: false)
            throw error
        }
        do throws(ProviderError) {
            try folder.write(record)
        } catch {
            if let process = record.process { endChild(process.pid) }
            throw error
        }
        logger.info("engine process started", metadata: ["engine": "\(record.name)", "pid": "\(record.pid ?? 0)"])
        return record.engine(isRunning: true)
    }

    public func list() async throws(ProviderError) -> [ProvidedEngine] {
        var engines: [ProvidedEngine] = []
        for (record, isRunning) in try observe() where record.process != nil {
            try folder.boundLog(record.id)
            engines.append(record.engine(isRunning: isRunning))
        }
        return engines
    }

    public func remove(_ id: String) async throws(ProviderError) {
        guard case .record(let found)? = try folder.entry(id), let record = try resolve(found) else { return }
        guard let process = record.process else {
            throw ProviderError(code: .unavailable, message: "\(record.name) is just being started")
        }
        let hasExitedByItself = !isRunning(record)
        if !hasExitedByItself {
            process.signal(SIGTERM)
            if await !hasEnded(process, within: gracePeriod) {
                logger.warning(
                    "engine ignored SIGTERM, killing it",
                    metadata: ["engine": "\(record.name)", "grace_period": "\(gracePeriod)"])
                process.signal(SIGKILL)
                if await !hasEnded(process, within: .seconds(5)) {
                    throw ProviderError(code: .timedOut, message: "\(record.name) (\(process.pid)) does not end")
                }
            }
        }
        try killProcesses(of: id)
        try folder.delete(id, keepingLog: hasExitedByItself)
        processorTimes[id] = nil
        logger.info("engine process removed", metadata: ["engine": "\(record.name)", "pid": "\(process.pid)"])
    }
}
