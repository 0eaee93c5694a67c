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

    @Option(help: "Address to listen on (default: as CONF or BIND_ALL say).") var host: String?
    @Option(help: "Port to listen on; 0: a free one (default: as CONF or HTTP_PORT say).") var port: Int?
    @Option(help: "MPEG-TS file to play in an endless loop; without it a stream is generated.") var source: String?
    @Option(help: "Bitrate of the generated stream in bit/s, e.g. 4M or 800k (default: 4M).") var bitrate: String?
    @Option(help: "Name reported by GET /sim/state.") var name = "weir-engine"
    @Option(help: "Engine version reported to clients.") var engineVersion = "3.1.70"
    @Flag(help: "End playback responses by a last chunk instead of by closing.") var chunked = false
    @Option(help: "Seed of everything random (default: a new one, told at the start).") var seed: UInt64?
    @Option(help: "Time before a session's first byte: 500ms, exp:2s, uniform:1s-3s or lognormal:MEDIAN,SIGMA.")
    var startDelay: String?
    @Option(help: "Time before getstream answers, in the same form.") var loadDelay: String?
    @Option(help: "Content key that fails to load; repeatable.") var dead: [String] = []
    @Option(help: "Content key whose sessions never get a byte; repeatable.") var silent: [String] = []
    @Option(help: "Seconds (or e.g. 500ms) after which playback stalls.") var stallAfter: String?
    @Option(help: "Seconds after which playback is closed, once.") var closeAfter: String?
    @Option(help: "Seconds after which the process crashes.") var crashAfter: String?
    @Flag(help: "Accept requests and never answer.") var hang = false
    @Option(help: "Sessions that may be open; more are refused.") var maxSessions: Int?
    @Flag(help: "Allow only one reader of a session.") var singleReader = false

    func validate() throws {
        _ = try settings
    }

    func run() async throws {
        do {
            let settings = try settings
            let engine = try SimulatedEngine(configuration: settings)
            let port = try await engine.start()
            print(#"{"listening":"\#(settings.host):\#(port)","seed":\#(settings.seed)}"#)
            fflush(nil)
            let group = ServiceGroup(
                services: [engine], gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "weir-engine"))
            try await group.run()
        } catch let error as SimulatedEngineError {
            let line = "weir-engine: \(error)\n"
            _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
            throw ExitCode(1)
        }
    }

    private var settings: SimulatedEngineConfiguration {
        get throws {
            var settings = SimulatedEngineConfiguration.ofEnvironment
            guard (0...65535).contains(port ?? 0) else { throw ValidationError("--port must be from 0 to 65535") }
            guard maxSessions ?? 0 >= 0 else { throw ValidationError("--max-sessions must not be negative") }
            settings.host = host ?? settings.host
            settings.port = port ?? settings.port
            settings.source = source
            let parseBitrate = SimulatedEngineConfiguration.bitrate(parsing:)
            settings.bitrate = try read(bitrate, "--bitrate", "bit/s, e.g. 800k or 4M", parseBitrate) ?? 4_000_000
            settings.name = name
            settings.version = engineVersion
            settings.transfer = chunked ? .chunked : .close
            settings.seed = seed ?? .random(in: 0 ... .max)
            settings.temper = try temper
            settings.crash = { _exit(139) }  // What a shell reports for a segmentation fault.
            return settings
        }
    }

    private var temper: Temper {
        get throws {
            var temper = Temper()
            let (delays, times) = (DelayDistribution.syntax, "seconds, or a duration such as 500ms")
            temper.startDelay = try read(startDelay, "--start-delay", delays, DelayDistribution.init) ?? .none
            temper.loadDelay = try read(loadDelay, "--load-delay", delays, DelayDistribution.init) ?? .none
            temper.dead = Set(dead)
            temper.silent = Set(silent)
            temper.stallAfter = try read(stallAfter, "--stall-after", times, Temper.nanoseconds)
            temper.closeAfter = try read(closeAfter, "--close-after", times, Temper.nanoseconds)
            temper.crashAfter = try read(crashAfter, "--crash-after", times, Temper.nanoseconds)
            temper.hang = hang
            temper.maxSessions = maxSessions
            temper.multipleReaders = !singleReader
            return temper
        }
    }

    private func read<T>(_ text: String?, _ flag: String, _ form: String, _ parse: (String) -> T?) throws -> T? {
        guard let text else { return nil }
        guard let value = parse(text) else { throw ValidationError("\(flag) '\(text)' must be \(form)") }
        return value
    }
}
