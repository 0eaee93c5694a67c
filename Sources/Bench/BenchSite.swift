import CLinux
import Foundation

/// Starts the project's programs where they are measured: the server on one processor, engines and viewers on another,
/// so that they do not take each other's time.
struct BenchSite {
    private static let serverProcessor: Int32 = 0
    private static let otherProcessor: Int32 = 1

    /// The directory of the programs.
    let programs: String

    init(programs: String) throws(BenchError) {
        guard ProcessInfo.processInfo.activeProcessorCount >= 2 else {
            throw BenchError("two processors are needed: one for the server, one for source and viewers")
        }
        self.programs = programs
        weir_pin_to_processor(Self.otherProcessor)
    }

    /// Starts the program that is measured; the calling thread stays on the other processor.
    func server(
        _ name: String, arguments: (Int) -> [String] = { _ in [] },
        environment: (Int) -> [String: String] = { _ in [:] }
    ) throws(BenchError) -> BenchProgram {
        weir_pin_to_processor(Self.serverProcessor)
        defer { weir_pin_to_processor(Self.otherProcessor) }
        return try BenchProgram("\(programs)/\(name)", arguments: arguments, environment: environment)
    }

    /// A proxy, with a static engine or an orchestrator.
    func proxy(engine: Int, orchestrator: Int? = nil) throws(BenchError) -> BenchProgram {
        try server(
            "weir-proxy",
            environment: {
                [
                    "ACEXY_LISTEN_ADDR": "127.0.0.1:\($0)", "ACEXY_HOST": "127.0.0.1", "ACEXY_PORT": "\(engine)",
                    "ACEXY_ORCH_URL": orchestrator.map { "http://127.0.0.1:\($0)" } ?? "", "ACEXY_LOG_LEVEL": "error",
                ]
            })
    }

    /// A simulated engine, which plays every content at this bitrate.
    func engine(bitrate: String) throws(BenchError) -> BenchProgram {
        try BenchProgram("\(programs)/weir-engine", arguments: { ["--port", "\($0)", "--bitrate", bitrate] })
    }

    /// The share of the machine's processor time that is being taken by whatever runs besides.
    static func busyShare() -> Double {
        func times() -> (busy: Double, all: Double) {
            let text = (try? String(contentsOfFile: "/proc/stat", encoding: .utf8)) ?? ""
            let fields = text.prefix { $0 != "\n" }.split(separator: " ").dropFirst().prefix(8).compactMap {
                Double($0)
            }
            guard fields.count == 8 else { return (0, 0) }
            let all = fields.reduce(0, +)
            return (all - fields[3] - fields[4], all)
        }
        let before = times()
        usleep(300_000)
        let after = times()
        return (after.busy - before.busy) / max(1, after.all - before.all)
    }
}
