import ArgumentParser
import Catalogue

@main
struct Weir: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weir", abstract: "The operator's tool of Weir.", version: BuildInfo.version,
        subcommands: [Up.self, BenchCommand.self, Generate.self])
}
