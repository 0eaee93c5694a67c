public import ArgumentParser

/// `weir bench`: the project's own measurements.
public struct BenchCommand: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure the project on this machine.",
        subcommands: [FirstByteCommand.self, TelemetryCommand.self], defaultSubcommand: FirstByteCommand.self)

    public init() {}
}
