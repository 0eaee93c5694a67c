import Foundation

/// How long the tests run that get better with time.
enum TestLength {
    /// Whether the environment has WEIR_LONG=1, as `deploy/test --long` has it.
    static let isLong = ProcessInfo.processInfo.environment["WEIR_LONG"] == "1"
    /// Of each fuzz test.
    static let fuzzDuration = Duration.seconds(isLong ? 60 : 2)
    static let observations = isLong ? 100_000_000 : 10_000_000
    /// WEIR_SEED repeats a run; else each run has its own.
    static let seed = ProcessInfo.processInfo.environment["WEIR_SEED"].flatMap(UInt64.init) ?? .random(in: 0...(.max))
}
