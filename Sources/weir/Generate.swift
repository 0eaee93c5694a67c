import ArgumentParser
import Observatory

/// `weir generate`: documents written from the catalogue.
struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write what follows from the metric catalogue.", subcommands: [Metrics.self])

    /// `weir generate metrics`.
    struct Metrics: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the reference of all metrics as Markdown.")

        func run() {
            print(MetricReference.markdown(), terminator: "")
        }
    }
}
