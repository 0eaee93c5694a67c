internal import FoundationEssentials

/// What is kept on disk of one engine process, in `ID.json`.
///
/// Written first as an intent, without `pid`, then the process is started with its id in the environment, then the
/// record is completed. Whoever finds an intent can therefore find its process, if there is one.
struct ProcessRecord: Codable, Sendable, Hashable {
    var id: String
    var name: String
    var pid: Int32?
    var pidStartTicks: UInt64?
    var host: String
    var httpPort: Int
    var labels: [String: String]
    var createdAtMilliseconds: Int64
    /// The words of the command, placeholders replaced.
    var command: [String]
    /// Which start of the machine the process belongs to: process numbers and start times repeat after the next.
    var bootID: String?
    var creatorPID: Int32?
    var creatorStartTicks: UInt64?

    enum CodingKeys: String, CodingKey {
        case id, name, pid, host, labels, command
        case pidStartTicks = "pid_start_ticks"
        case httpPort = "http_port"
        case createdAtMilliseconds = "created_at_ms"
        case bootID = "boot_id"
        case creatorPID = "creator_pid"
        case creatorStartTicks = "creator_start_ticks"
    }

    /// The engine's process; nil for an intent.
    var process: ProcessIdentity? {
        get {
            guard let pid, let pidStartTicks else { return nil }
            return ProcessIdentity(pid: pid, startTicks: pidStartTicks)
        }
        set {
            pid = newValue?.pid
            pidStartTicks = newValue?.startTicks
        }
    }

    /// The process that wrote the intent.
    var creator: ProcessIdentity? {
        guard let creatorPID, let creatorStartTicks else { return nil }
        return ProcessIdentity(pid: creatorPID, startTicks: creatorStartTicks)
    }

    func engine(isRunning: Bool) -> ProvidedEngine {
        ProvidedEngine(
            id: id, name: name, host: host, httpPort: httpPort, labels: labels,
            createdAtMilliseconds: createdAtMilliseconds, isRunning: isRunning, image: command.first ?? "")
    }
}
