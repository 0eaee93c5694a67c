/// Lets a loop sleep until its pause is over or somebody wakes it. For one sleeper.
final class WakeSignal: Sendable {
    private let wakes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (wakes, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Ends the sleep under way, or the next one.
    func wake() { continuation.yield() }

    /// Returns at the latest when the pause is over or the caller is cancelled.
    func sleep(upTo pause: Duration) async {
        let timer = Task { [continuation] in
            try await Task.sleep(for: pause)
            continuation.yield()
        }
        defer { timer.cancel() }
        var iterator = wakes.makeAsyncIterator()
        _ = await iterator.next()
    }
}
