public import ArgumentParser

/// `weir generate`: documents written from the catalogue.
public struct GenerateCommand: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Write what follows from the metric catalogue.", subcommands: [Metrics.self])

    public init() {}

    /// `weir generate metrics`.
    struct Metrics: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the reference of all metrics as Markdown.")

        func run() {
            print(MetricReference.markdown(), terminator: "")
        }
    }
}
