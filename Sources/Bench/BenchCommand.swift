public import ArgumentParser

/// `weir bench`: the project's own measurements.
public struct BenchCommand: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure the project on this machine.",
        subcommands: [
            FirstByteCommand.self, FanoutCommand.self, APICommand.self, TelemetryCommand.self,
            PlainSenderCommand.self,
        ],
        defaultSubcommand: FirstByteCommand.self)

    public init() {}
}
