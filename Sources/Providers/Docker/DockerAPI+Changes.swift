internal import Catalogue
internal import Logging

extension DockerAPI {
    /// Says when the daemon tells of an event. A stream of events that breaks is opened again, at first at once, then
    /// less and less often up to each ten seconds; each opening counts as a change, since what happened in between is
    /// not known.
    func changes(of filters: [String: [String]], logger: Logger) -> AsyncStream<Void> {
        let (changes, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let task = Task {
            var pause = Duration.milliseconds(100)
            while !Task.isCancelled {
                let begin = ContinuousClock.now
                do throws(ProviderError) {
                    try await follow(
                        .events, "/events", query: [try Self.filters(filters)], for: Self.eventStreamLength
                    ) { _ in continuation.yield() }
                } catch {
                    if !Task.isCancelled { logger.info("no events of the Docker daemon: \(error.message)") }
                }
                let isLasting = begin.duration(to: .now) > .seconds(10)
                pause = isLasting ? .milliseconds(100) : min(pause * 2, .seconds(10))
                try? await Task.sleep(for: pause)
                continuation.yield()
            }
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return changes
    }

    /// A stream that is silent for good, because the connection was lost without a word, is found out by then.
    private static let eventStreamLength = Duration.seconds(300)
}
