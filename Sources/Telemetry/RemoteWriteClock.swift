/// The time that a remote write sender lives by; tests bring their own.
public struct RemoteWriteClock: Sendable {
    /// Milliseconds since the Unix epoch.
    let now: @Sendable () -> Int64
    /// Ends early, with an error, when the task is cancelled.
    let sleep: @Sendable (Duration) async throws -> Void

    public init(now: @escaping @Sendable () -> Int64, sleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }

    public static let system = RemoteWriteClock(
        now: { WallClock.milliseconds() }, sleep: { try await Task.sleep(for: $0) })
}
