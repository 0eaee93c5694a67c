/// The queue with its contents: turns snapshots into requests and keeps them, in memory and in the spool, until they
/// are settled. Everything here runs on one queue of its own and may block.
package actor RemoteWriteBuffer {
    /// The request to send now.
    package struct Outgoing: Sendable {
        package let body: [UInt8]
        package let samples: Int
    }

    private let executor = DispatchExecutor(label: "telemetry.remote-write")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let configuration: RemoteWriteConfiguration
    private let translation: RemoteWriteTranslation
    private let metrics: RemoteWriteMetrics
    private let notify: @Sendable (RemoteWriteNotice) -> Void
    private var queue: RemoteWriteQueue
    private var bodies: [UInt64: [UInt8]] = [:]
    private var spool: RemoteWriteSpool?
    private var staleness = RemoteWriteStaleness()
    private var lastTimestamp = Int64.min
    private var isOverflowing = false
    private var isSpoolFailing = false

    init(
        configuration: RemoteWriteConfiguration, metrics: RemoteWriteMetrics,
        notify: @escaping @Sendable (RemoteWriteNotice) -> Void
    ) {
        self.configuration = configuration
        self.metrics = metrics
        self.notify = notify
        translation = RemoteWriteTranslation(
            externalLabels: configuration.externalLabels, histograms: configuration.histograms)
        queue = RemoteWriteQueue(
            bounds: RemoteWriteQueue.Bounds(
                memoryRequests: configuration.memoryRequests, memoryBytes: configuration.memoryBytes,
                spoolBytes: configuration.spoolFolder == nil ? 0 : configuration.spoolBytes))
    }

    /// Takes in what an earlier process has spooled. A spool that cannot be used is told and done without.
    func open() {
        guard let folder = configuration.spoolFolder else { return }
        do {
            let opened = try RemoteWriteSpool(folder: folder)
            let found = try opened.entries()
            spool = consume opened
            carryOut(queue.restore(found))
        } catch {
            queue.abandonSpool()
            reportSpool("\(error)")
        }
    }

    /// Queues a snapshot, with markers for the series that are gone since the one before. Timestamps always rise, even
    /// when the clock does not.
    func record(_ families: [FamilySnapshot], at timestamp: Int64) {
        let series = translation.series(families, exemplarsAfter: lastTimestamp)
        append(series + staleness.advance(to: series), at: timestamp)
    }

    /// Queues a marker for every series that still lives.
    func recordEnd(at timestamp: Int64) {
        append(staleness.advance(to: []), at: timestamp)
    }

    /// The oldest request; nil when nothing waits.
    func take() -> Outgoing? {
        while let entry = queue.take() {
            if let body = contents(of: entry) { return Outgoing(body: body, samples: entry.samples) }
            _ = queue.settle()
            discard(entry, .spoolFailure)
        }
        return nil
    }

    func delivered(at timestamp: Int64) {
        guard let entry = queue.settle() else { return }
        forget(entry)
        isOverflowing = false
        metrics.sent.increment(by: entry.samples)
        metrics.lastSuccess.set(Double(timestamp) / 1000)
        metrics.show(queue)
    }

    func refused() {
        guard let entry = queue.settle() else { return }
        discard(entry, .refused)
        metrics.show(queue)
    }

    func postpone() {
        carryOut(queue.postpone())
    }

    /// Moves everything that waits into the spool. Without one it is lost, and counted.
    func close() {
        carryOut(queue.evacuate(), droppingFor: .shutdown)
        spool = nil
    }

    private func append(_ series: [RemoteWriteSeries], at timestamp: Int64) {
        guard !series.isEmpty else { return }
        lastTimestamp = max(timestamp, lastTimestamp == .min ? timestamp : lastTimestamp + 1)
        let size = max(1, configuration.maximumSamplesPerRequest)
        for start in stride(from: 0, to: series.count, by: size) {
            let part = series[start..<min(start + size, series.count)]
            let body = SnappyBlock.encode(RemoteWriteEncoder.encode(part, at: lastTimestamp))
            let (sequence, steps) = queue.append(bytes: body.count, samples: part.count)
            bodies[sequence] = body
            carryOut(steps)
        }
    }

    private func carryOut(_ steps: [RemoteWriteQueue.Step], droppingFor reason: RemoteWriteDropReason = .queueFull) {
        for step in steps {
            switch step {
            case .drop(let entry):
                discard(entry, reason)
                if reason == .queueFull, !isOverflowing {
                    isOverflowing = true
                    notify(.overflowing)
                }
            case .spill(let entry):
                spill(entry)
            }
        }
        metrics.show(queue)
    }

    private func spill(_ entry: RemoteWriteQueue.Entry) {
        guard let body = bodies[entry.sequence] else { return }
        do throws(RemoteWriteSpool.Failure) {
            try spool?.write(entry, body)
            bodies[entry.sequence] = nil
            isSpoolFailing = false
        } catch {
            reportSpool(error.description)
            // What is being sent at this moment is still in the sender's hands.
            guard entry.sequence != queue.inFlight, let lost = queue.remove(entry.sequence) else { return }
            discard(lost, .spoolFailure)
        }
    }

    private func contents(of entry: RemoteWriteQueue.Entry) -> [UInt8]? {
        if let body = bodies[entry.sequence] { return body }
        do throws(RemoteWriteSpool.Failure) {
            return try spool?.read(entry)
        } catch {
            reportSpool(error.description)
            return nil
        }
    }

    private func reportSpool(_ detail: String) {
        if !isSpoolFailing { notify(.spoolUnavailable(detail)) }
        isSpoolFailing = true
    }

    private func discard(_ entry: RemoteWriteQueue.Entry, _ reason: RemoteWriteDropReason) {
        forget(entry)
        metrics.drop(entry.samples, reason)
    }

    private func forget(_ entry: RemoteWriteQueue.Entry) {
        bodies[entry.sequence] = nil
        if entry.place == .spool { spool?.delete(entry) }
    }
}
