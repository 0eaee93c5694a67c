import Foundation

/// How long the tests run that take their time or get better with it.
public enum TestLength {
    /// WEIR_LONG=1 makes them long, as `deploy/test --long` has it.
    public static let isLong = ProcessInfo.processInfo.environment["WEIR_LONG"] == "1"
    /// Of each fuzz test.
    public static let fuzzDuration = Duration.seconds(isLong ? 60 : 2)
    /// WEIR_SEED repeats a run; else each run has its own.
    public static let seed =
        ProcessInfo.processInfo.environment["WEIR_SEED"].flatMap(UInt64.init) ?? .random(in: 0...(.max))
}
