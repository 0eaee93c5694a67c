import EngineAPI
import FoundationEssentials
public import Logging
import Outbound
import Providers
public import Settings

extension OrchestratorServer {
    /// An orchestrator with the provider that the settings name.
    /// - Parameter programDirectory: where the simulated engine is looked for when engines are processes and no engine
    ///   command is set.
    public init(settings: OrchestratorSettings, programDirectory: String, logger: Logger) async throws {
        let outbound = OutboundClient()
        let provider: any EngineProvider
        switch settings.engineProvider {
        case "docker":
            // A client of its own: a daemon that hangs holds up no probe.
            provider = DockerProvider(
                configuration: DockerConfiguration(settings), outbound: OutboundClient(), logger: logger)
        case "swarm":
            provider = SwarmProvider(
                configuration: SwarmConfiguration(settings), outbound: OutboundClient(), logger: logger)
        default:
            provider = try Self.processes(settings, programDirectory: programDirectory, logger: logger)
        }
        let probe = EngineStatusProbe(client: EngineClient(outbound: outbound))
        try await self.init(settings: settings, provider: provider, probe: probe, logger: logger)
    }

    private static func processes(
        _ settings: OrchestratorSettings, programDirectory: String, logger: Logger
    ) throws -> ProcessProvider {
        let command: ProcessCommand
        if let line = settings.engineCommand {
            do {
                command = try ProcessCommand(parsing: line)
            } catch {
                throw SettingsError(problems: ["ENGINE_COMMAND is \"\(line)\": \(error)"])
            }
        } else {
            command = ProcessCommand(
                program: programDirectory + "/weir-engine", arguments: ["--port", "{port}", "--name", "{name}"])
        }
        return ProcessProvider(command: command, stateDirectory: settings.engineStateDirectory, logger: logger)
    }
}
