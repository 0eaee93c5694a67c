public import ArgumentParser

/// `weir generate`: documents written from the catalogue.
public struct GenerateCommand: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Write what follows from the metric catalogue.",
        subcommands: [Metrics.self, LegacyRulesCommand.self])

    public init() {}

    /// `weir generate metrics`.
    struct Metrics: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the reference of all metrics as Markdown.")

        func run() {
            print(MetricReference.markdown(), terminator: "")
        }
    }

    /// `weir generate legacy-rules`.
    struct LegacyRulesCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "legacy-rules",
            abstract: "Print alerts/rules/legacy.yml: the earlier implementations' metric names as recording rules.")

        func run() {
            print(LegacyRules.yaml(), terminator: "")
        }
    }
}
