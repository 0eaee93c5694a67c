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
/// is away; when the queue is full, the oldest event gives way and is counted.
final class EventReporter: StreamReporter, Service {
    private struct Queue {
        var events: [(event: StreamEvent, queuedAt: ContinuousClock.Instant, trace: TraceContext?)] = []
        /// Whether the first event is on its way; it cannot give way to a newer one.
        var isSending = false
        var waiting: CheckedContinuation<Void, Never>?

        mutating func takeWaiting() -> CheckedContinuation<Void, Never>? {
            defer { waiting = nil }
            return waiting
        }
    }

    /// More events than this are never kept.
    static let maximumQueueLength = 10_000

    private let queue = NIOLockedValueBox(Queue())
    private let api: OrchestratorAPI
    private let containerID: String?
    private let metrics: EventMetrics
    private let logger: Logger

    init(api: OrchestratorAPI, containerID: String?, metrics: EventMetrics, logger: Logger) {
        self.api = api
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
        while !Task.isCancelled {
            await waitForEvents()
            let next = queue.withLockedValue { queue in
                queue.isSending = !queue.events.isEmpty
                return queue.events.first
            }
            guard let next else { continue }
            await TraceContext.$current.withValue(next.trace) { await deliver(next.event) }
        }
    }

    func drain(within limit: Duration) async {
        let deadline = ContinuousClock.now + limit
        while !queue.withLockedValue({ $0.events.isEmpty }), ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    private func enqueue(_ event: StreamEvent, _ trace: TraceContext?) {
        let waiting = queue.withLockedValue { queue in
            if queue.events.count >= Self.maximumQueueLength {
                queue.events.remove(at: queue.isSending ? 1 : 0)
                metrics.count(.dropped)
            }
            queue.events.append((event, .now, trace))
            metrics.count(.queued)
            metrics.queueLength.set(queue.events.count)
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
                    let isOver = Task.isCancelled || !queue.events.isEmpty
                    if !isOver { queue.waiting = continuation }
                    return isOver
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            queue.withLockedValue { $0.takeWaiting() }?.resume()
        }
    }

    private func deliver(_ event: StreamEvent) async {
        var pause = Duration.milliseconds(200)
        while !Task.isCancelled {
            do {
                let response = try await send(event)
                if response.status < 300 {
                    return settle(.sent)
                }
                if (400..<500).contains(response.status), response.status != 429 {
                    logger.warning("the orchestrator refuses an event", metadata: ["status": "\(response.status)"])
                    return settle(.dropped)
                }
            } catch {
                logger.debug("event not delivered", metadata: ["reason": "\(error)"])
            }
            metrics.count(.retried)
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(5))
        }
    }

    private func send(_ event: StreamEvent) async throws(OutboundError) -> OutboundResponse {
        switch event {
        case .started(let started): try await api.post(.event, "/events/stream_started", started)
        case .ended(let ended): try await api.post(.event, "/events/stream_ended", ended)
        }
    }

    private func settle(_ outcome: EventOutcome) {
        metrics.count(outcome)
        queue.withLockedValue { queue in
            let queuedAt = queue.events.removeFirst().queuedAt
            queue.isSending = false
            metrics.deliveryDuration.observe(queuedAt.duration(to: .now))
            metrics.queueLength.set(queue.events.count)
        }
    }
}

/// For proxies without an orchestrator: nobody is told.
struct SilentReporter: StreamReporter {
    func started(_ report: StreamReport) {}
    func ended(_ report: StreamReport, reason: String) {}
    func drain(within limit: Duration) async {}
}
