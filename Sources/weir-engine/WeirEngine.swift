import ArgumentParser
import EngineSimulator
import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

/// The simulated engine as a program. Its temper can also be changed while it runs: `POST /sim/temper`.
@main
struct WeirEngine: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weir-engine",
        abstract: "Simulates an AceStream engine: its HTTP API, and a live transport stream for any content key.",
        version: "0.1.0")

    @Option(help: "Address to listen on.") var host = "127.0.0.1"
    @Option(help: "Port to listen on; 0 takes a free one.") var port = 6878
    @Option(help: "MPEG-TS file to play in an endless loop; without it a stream is generated.") var source: String?
    @Option(help: "Bitrate of the generated stream, e.g. 4M or 800k.", transform: bitrate) var bitrate: UInt64 = 4_000_000
    @Option(help: "Name reported by GET /sim/state.") var name = "weir-engine"
    @Option(help: "Engine version reported to clients.") var engineVersion = "3.1.70"
    @Option(help: "End of playback responses: close or chunked.", transform: transfer)
    var transfer = SimulatedEngineConfiguration.Transfer.close
    @Option(help: "Seed of everything random.") var seed: UInt64 = 1
    @Option(help: "Time before a session's first byte: \(DelayDistribution.syntax).", transform: delay)
    var startDelay = DelayDistribution.none
    @Option(help: "Time before getstream answers, in the same form.", transform: delay)
    var loadDelay = DelayDistribution.none
    @Option(help: "Content key that fails to load; repeatable.") var dead: [String] = []
    @Option(help: "Content key whose sessions never get a byte; repeatable.") var silent: [String] = []
    @Option(help: "Seconds after which playback stalls.", transform: seconds) var stallAfter: UInt64?
    @Option(help: "Seconds after which playback is closed, once.", transform: seconds) var closeAfter: UInt64?
    @Option(help: "Seconds after which the process crashes.", transform: seconds) var crashAfter: UInt64?
    @Flag(help: "Accept requests and never answer.") var hang = false
    @Option(help: "Sessions that may be open; more are refused.") var maxSessions: Int?
    @Flag(help: "Allow only one reader of a session.") var singleReader = false

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port must be from 0 to 65535") }
        guard maxSessions ?? 0 >= 0 else { throw ValidationError("--max-sessions must not be negative") }
    }

    func run() async throws {
        do {
            let engine = try SimulatedEngine(configuration: settings)
            let port = try await engine.start()
            print(#"{"listening":"\#(host):\#(port)"}"#)
            fflush(nil)
            let group = ServiceGroup(
                services: [engine], gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "weir-engine"))
            try await group.run()
        } catch let error as SimulatedEngineError {
            fputs("weir-engine: \(error)\n", stderr)
            throw ExitCode(1)
        }
    }

    private var settings: SimulatedEngineConfiguration {
        var settings = SimulatedEngineConfiguration()
        (settings.host, settings.port, settings.source) = (host, port, source)
        (settings.bitrate, settings.name, settings.version) = (bitrate, name, engineVersion)
        (settings.transfer, settings.seed) = (transfer, seed)
        settings.temper.startDelay = startDelay
        settings.temper.loadDelay = loadDelay
        settings.temper.dead = Set(dead)
        settings.temper.silent = Set(silent)
        settings.temper.stallAfter = stallAfter
        settings.temper.closeAfter = closeAfter
        settings.temper.crashAfter = crashAfter
        settings.temper.hang = hang
        settings.temper.maxSessions = maxSessions
        settings.temper.multipleReaders = !singleReader
        // The exit status a shell reports for a segmentation fault.
        settings.crash = { _exit(139) }
        return settings
    }
}
