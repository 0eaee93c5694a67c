import Appliance
import ArgumentParser
import Bench
import Catalogue
import Observatory
import Operations

@main
struct Weir: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "weir", abstract: "The operator's tool of Weir.", version: BuildInfo.version,
        subcommands: [
            UpCommand.self, DoctorCommand.self, CheckConfigCommand.self, ProbeCommand.self,
            BenchCommand.self, GenerateCommand.self,
        ])
}
