import Foundation

/// How long the tests run that get better with time.
enum TestLength {
    /// Of each fuzz test; WEIR_LONG=1 makes it long, as `deploy/test --long` has it.
    static let fuzzDuration = Duration.seconds(ProcessInfo.processInfo.environment["WEIR_LONG"] == "1" ? 60 : 2)
    /// WEIR_SEED repeats a run; else each run has its own.
    static let seed = ProcessInfo.processInfo.environment["WEIR_SEED"].flatMap(UInt64.init) ?? .random(in: 0...(.max))
}
