/// Sends snapshots of a registry to a remote write 1.0 receiver, for processes that no Prometheus can reach.
///
/// Requests are sent one after the other, oldest first, because receivers refuse samples out of order. What cannot be
/// sent waits, in memory and on disk, within the configured bounds. The process's HTTP client is the `send` closure's.
public final class RemoteWriter: Sendable {
    private let configuration: RemoteWriteConfiguration
    private let clock: RemoteWriteClock
    private let random: any RandomNumberGenerator & Sendable
    private let notify: @Sendable (RemoteWriteNotice) -> Void
    private let send: @Sendable (RemoteWriteRequest) async -> RemoteWriteResult
    private let metrics: RemoteWriteMetrics
    private let buffer: RemoteWriteBuffer
    private let arrivals: AsyncStream<Void>
    private let announce: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - registry: where the sender's own metrics go (``RemoteWriteFamilies``).
    ///   - random: spreads the waits between attempts.
    ///   - notify: called from any thread; it must not block.
    ///   - send: makes one POST; ends early when its task is cancelled.
    public init(
        configuration: RemoteWriteConfiguration, registry: Registry, clock: RemoteWriteClock = .system,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        notify: @escaping @Sendable (RemoteWriteNotice) -> Void = { _ in },
        send: @escaping @Sendable (RemoteWriteRequest) async -> RemoteWriteResult
    ) {
        self.configuration = configuration
        self.clock = clock
        self.random = random
        self.notify = notify
        self.send = send
        metrics = RemoteWriteMetrics(registry: registry)
        buffer = RemoteWriteBuffer(configuration: configuration, metrics: metrics, notify: notify)
        (arrivals, announce) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Opens the spool, then records a snapshot each interval and sends what waits, until the task is cancelled. To be
    /// called once, and followed by ``finish(within:)``.
    public func run(collect: @escaping @Sendable () -> [FamilySnapshot]) async {
        await open()
        await withTaskGroup { tasks in
            tasks.addTask { await self.recordRegularly(collect) }
            tasks.addTask { await self.sendAll() }
        }
    }

    /// Marks every series as ended and sends what waits; whatever is left after `limit`, or after the first failure,
    /// goes to the spool, for the next process to send.
    public func finish(within limit: Duration) async {
        await buffer.recordEnd(at: clock.now())
        await withTaskGroup { tasks in
            tasks.addTask { await self.sendOnce() }
            tasks.addTask { try? await self.clock.sleep(limit) }
            await tasks.next()
            tasks.cancelAll()
        }
        await buffer.close()
    }

    /// Takes in what an earlier process has spooled. ``run(collect:)`` does it.
    package func open() async {
        await buffer.open()
        announce.yield()
    }

    /// Queues a snapshot. ``run(collect:)`` does it.
    package func record(_ families: [FamilySnapshot]) async {
        await buffer.record(families, at: clock.now())
        announce.yield()
    }

    private func recordRegularly(_ collect: @Sendable () -> [FamilySnapshot]) async {
        let interval = configuration.interval.milliseconds
        var due = clock.now()
        while !Task.isCancelled {
            await record(collect())
            due += interval
            let now = clock.now()
            // A slow disk or a clock that was set: the rhythm starts anew.
            if due <= now || due > now + interval { due = now + interval }
            guard (try? await clock.sleep(.milliseconds(due - now))) != nil else { return }
        }
    }

    /// Sends all that waits and will come, and tries again where that may help, until the task is cancelled.
    package func sendAll() async {
        var random = random
        var backoff = RemoteWriteBackoff(minimum: configuration.minimumBackoff, maximum: configuration.maximumBackoff)
        var health = RemoteWriteHealth()
        for await _ in arrivals {
            while !Task.isCancelled, let outgoing = await buffer.take() {
                let verdict = await attempt(outgoing)
                if Task.isCancelled, verdict != .delivered { return }
                if let notice = health.notice(verdict) { notify(notice) }
                guard case .retry(let after, _) = verdict else {
                    backoff.reset()
                    continue
                }
                metrics.retried.increment(by: outgoing.samples)
                guard (try? await clock.sleep(max(after, backoff.next(using: &random)))) != nil else { return }
            }
        }
    }

    /// Sends what waits until the first failure.
    private func sendOnce() async {
        while !Task.isCancelled, let outgoing = await buffer.take() {
            if case .retry = await attempt(outgoing) { return }
        }
    }

    private func attempt(_ outgoing: RemoteWriteBuffer.Outgoing) async -> RemoteWriteVerdict {
        let request = RemoteWriteRequest(body: outgoing.body, userAgent: configuration.userAgent)
        let verdict = RemoteWriteVerdict(await send(request))
        switch verdict {
        case .delivered: await buffer.delivered(at: clock.now())
        case .refused: await buffer.refused()
        case .retry: await buffer.postpone()
        }
        return verdict
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }
}
