import ArgumentParser

@main
struct WeirOrchestrator: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "weir-orchestrator", version: "0.1.0")
}
