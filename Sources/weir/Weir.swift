import ArgumentParser

@main
struct Weir: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weir", abstract: "The operator's tool of Weir.", version: "0.1.0", subcommands: [Up.self])
}
