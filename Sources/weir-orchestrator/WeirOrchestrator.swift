import ArgumentParser
import Foundation
import Logging
import OrchestratorService
import ServiceLifecycle
import Settings
import UnixSignals

@main
struct WeirOrchestrator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weir-orchestrator",
        abstract: "Keeps a fleet of AceStream engines: starts, probes, scales and hands them out.",
        discussion: "Settings are read from the environment: APP_HOST, APP_PORT, API_KEY, DB_URL, MIN_REPLICAS, "
            + "MAX_REPLICAS, MAX_STREAMS_PER_ENGINE, ENGINE_COMMAND, ENGINE_STATE_DIR, PORT_RANGE_HOST and others.",
        version: OrchestratorServer.version)

    func run() async throws {
        let settings: OrchestratorSettings
        do {
            settings = try Self.read()
        } catch {
            throw Self.failure(error.description)
        }
        let (format, level) = (settings.logFormat, LogLevelSwitch(settings.logLevel))
        LoggingSystem.bootstrap { format.handler(label: $0, level: level) }
        let logger = Logger(label: "weir-orchestrator")
        for notice in settings.notices { logger.warning("\(notice)") }
        do {
            let server = try await OrchestratorServer(
                settings: settings, programDirectory: Self.programDirectory, logger: logger)
            server.collectLibraryMetrics()
            let reload = server.reload(settings: settings, logLevel: level, logger: logger) { try Self.read() }
            var configuration = ServiceGroupConfiguration(
                services: [reload] + server.services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
            configuration.maximumGracefulShutdownDuration = .seconds(3)
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            throw Self.failure(StartFailure(error, listen: settings.listen).description)
        }
    }

    /// The environment, and the file that `WEIR_CONFIG` names.
    private static func read() throws(SettingsError) -> OrchestratorSettings {
        try OrchestratorSettings(sources: .ofProcess(environment: ProcessInfo.processInfo.environment))
    }

    private static func failure(_ message: String) -> ExitCode {
        let lines = message.split(separator: "\n").map { "weir-orchestrator: \($0)\n" }.joined()
        FileHandle.standardError.write(Data(lines.utf8))
        return .failure
    }

    private static var programDirectory: String {
        let program = Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])
        return program.resolvingSymlinksInPath().deletingLastPathComponent().path
    }
}
