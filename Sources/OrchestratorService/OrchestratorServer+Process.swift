import EngineAPI
import FoundationEssentials
public import Logging
import Outbound
import Providers
public import Settings

extension OrchestratorServer {
    /// An orchestrator whose engines are processes of this machine.
    /// - Parameter programDirectory: where the simulated engine is looked for when no engine command is set.
    public init(settings: OrchestratorSettings, programDirectory: String, logger: Logger) async throws {
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
        let provider = ProcessProvider(
            command: command, stateDirectory: settings.engineStateDirectory, logger: logger)
        let probe = EngineStatusProbe(client: EngineClient(outbound: OutboundClient()))
        try await self.init(settings: settings, provider: provider, probe: probe, logger: logger)
    }
}
