import ArgumentParser

@main
struct WeirEngine: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "weir-engine", version: "0.1.0")
}
