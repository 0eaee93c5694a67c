import Catalogue
import FoundationEssentials
import Logging
import Outbound
import ServiceLifecycle
import NIOConcurrencyHelpers
import Telemetry

/// Sends started and ended events to the orchestrator, in order, from a bounded queue.
///
/// An event is taken off the queue when the orchestrator has answered it, so that none is lost while the orchestrator
/// is away; one that was taken in although its answer was lost comes twice, which changes nothing. What gives way when
/// the queue is full is counted. Several that wait go in one call where the orchestrator takes that.
final class EventReporter: StreamReporter, Service {
    private struct Queue {
        var events = EventQueue<StreamEvent>(limit: EventReporter.maximumQueueLength)
        /// Until when an orchestrator is not asked to take several at once that does not.
        var withoutBatchesUntil: ContinuousClock.Instant?
        var waiting: CheckedContinuation<Void, Never>?

        mutating func takeWaiting() -> CheckedContinuation<Void, Never>? {
            defer { waiting = nil }
            return waiting
        }
    }

    /// More events than this are never kept.
    static let maximumQueueLength = 10_000
    /// A call carries no more: together they stay far below what an orchestrator reads.
    private static let maximumBatchLength = 100
    private static let firstPause = Duration.milliseconds(200)
    private static let longestPause = Duration.seconds(5)
    private static let batchTrialPause = Duration.seconds(30)

    private let queue = NIOLockedValueBox(Queue())
    private let api: OrchestratorAPI
    private let containerID: String?
    private let unreported: UnreportedSessions
    private let metrics: EventMetrics
    private let logger: Logger

    init(
        api: OrchestratorAPI, containerID: String?, unreported: UnreportedSessions, metrics: EventMetrics,
        logger: Logger
    ) {
        self.api = api
        self.unreported = unreported
        self.containerID = containerID
        self.metrics = metrics
        self.logger = logger
    }

    func started(_ report: StreamReport) {
        enqueue(.started(StreamStartedEvent(report, senderID: containerID)), report.trace)
    }

    func ended(_ report: StreamReport, reason: String) {
        enqueue(.ended(StreamEndedEvent(report, senderID: containerID, reason: reason)), report.trace)
    }

    /// Sends until its task is cancelled. Shut the hub down and ``drain(within:)`` first.
    func run() async throws {
        var pause = Self.firstPause
        while !Task.isCancelled {
            await waitForEvents()
            let batch = queue.withLockedValue { queue in
                let isSingle = queue.withoutBatchesUntil.map { .now < $0 } ?? false
                return queue.events.take(atMost: isSingle ? 1 : Self.maximumBatchLength)
            }
            guard let first = batch.first else { continue }
            let isDone = await TraceContext.$current.withValue(first.trace) {
                batch.count == 1 ? await deliver(first.event) : await deliver(batch.map(\.event))
            }
            guard !isDone, !Task.isCancelled else {
                pause = Self.firstPause
                continue
            }
            metrics.count(.retried)
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, Self.longestPause)
        }
    }

    func drain(within limit: Duration) async {
        let deadline = ContinuousClock.now + limit
        while !queue.withLockedValue({ $0.events.elements.isEmpty }), ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    private func enqueue(_ event: StreamEvent, _ trace: TraceContext?) {
        let waiting = queue.withLockedValue { queue in
            let dropped = queue.events.append(event, trace: trace, now: .now)
            for _ in 0..<dropped { metrics.count(.dropped) }
            metrics.count(.queued)
            metrics.queueLength.set(queue.events.elements.count)
            return queue.takeWaiting()
        }
        // Outside the lock: resuming takes the task's own lock, under which a cancellation calls `onCancel` below.
        waiting?.resume()
    }

    /// Returns when there is an event, or when the task is cancelled.
    private func waitForEvents() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = queue.withLockedValue { queue in
                    // Looked at under the lock, so that no cancellation comes between the look and the wait.
                    let isOver = Task.isCancelled || !queue.events.elements.isEmpty
                    if !isOver { queue.waiting = continuation }
                    return isOver
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            queue.withLockedValue { $0.takeWaiting() }?.resume()
        }
    }

    /// - Returns: whether the event needs no further try.
    private func deliver(_ event: StreamEvent) async -> Bool {
        do {
            let response = try await send(event)
            if response.status < 300 {
                settle(1, .sent)
                return true
            }
            guard Self.isFinal(response.status) else { return false }
            logger.warning("the orchestrator refuses an event", metadata: ["status": "\(response.status)"])
            settle(1, .dropped)
            return true
        } catch {
            logger.debug("event not delivered", metadata: ["reason": "\(error)"])
            return false
        }
    }

    /// - Returns: whether something has come of it: they were taken in, or will go one by one.
    private func deliver(_ events: [StreamEvent]) async -> Bool {
        do {
            let response = try await api.post(.event, "/events/batch", StreamEventBatch(events))
            if response.status < 300 {
                settle(events.count, .sent)
                return true
            }
            guard Self.isFinal(response.status) else { return false }
            // One of them cannot be read, or the orchestrator takes single ones only.
            queue.withLockedValue { $0.withoutBatchesUntil = .now + Self.batchTrialPause }
            return true
        } catch {
            logger.debug("events not delivered", metadata: ["reason": "\(error)", "count": "\(events.count)"])
            return false
        }
    }

    /// Whether trying again can change nothing. A key that is refused may yet be accepted.
    private static func isFinal(_ status: Int) -> Bool {
        (400..<500).contains(status) && ![401, 403, 408, 425, 429].contains(status)
    }

    private func send(_ event: StreamEvent) async throws(OutboundError) -> OutboundResponse {
        switch event {
        case .started(let started): try await api.post(.event, "/events/stream_started", started)
        case .ended(let ended): try await api.post(.event, "/events/stream_ended", ended)
        }
    }

    private func settle(_ count: Int, _ outcome: EventOutcome) {
        for _ in 0..<count { metrics.count(outcome) }
        queue.withLockedValue { queue in
            for element in queue.events.elements.prefix(count) {
                metrics.deliveryDuration.observe(element.queuedAt.duration(to: .now))
                if outcome == .sent, case .started(let started) = element.event {
                    unreported.settled(started.session.commandUrl)
                }
            }
            queue.events.settle(count)
            metrics.queueLength.set(queue.events.elements.count)
        }
    }
}

/// For proxies without an orchestrator: nobody is told.
struct SilentReporter: StreamReporter {
    func started(_ report: StreamReport) {}
    func ended(_ report: StreamReport, reason: String) {}
    func drain(within limit: Duration) async {}
}
