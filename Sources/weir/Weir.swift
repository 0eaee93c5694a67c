import ArgumentParser

@main
struct Weir: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "weir", version: "0.1.0")
}
