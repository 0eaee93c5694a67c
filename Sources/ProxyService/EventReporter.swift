import Catalogue
import FoundationEssentials
import Logging
import Outbound
import ServiceLifecycle
import Synchronization
import Telemetry

/// Sends started and ended events to the orchestrator, in order, from a bounded queue.
///
/// An event is taken off the queue when the orchestrator has answered it, so that none is lost while the orchestrator is
/// away; when the queue is full, the oldest event gives way and is counted.
final class EventReporter: StreamReporter, Service {
    private struct Queue {
        var events: [StreamEvent] = []
        var waiting: CheckedContinuation<Void, Never>?
        var isClosing = false
    }

    /// More events than this are never kept.
    static let maximumQueueLength = 10_000

    private let queue = Mutex(Queue())
    private let api: OrchestratorAPI
    private let containerID: String?
    private let length: Gauge
    private let outcomes: CounterVector<Label<EventOutcome>>
    private let logger: Logger

    init(api: OrchestratorAPI, containerID: String?, registry: Registry, logger: Logger) {
        self.api = api
        self.containerID = containerID
        self.logger = logger
        length = registry.gauge(ProxyFamilies.eventQueueLength)
        outcomes = registry.counter(ProxyFamilies.events)
    }

    func started(_ report: StreamReport) {
        enqueue(.started(StreamStartedEvent(report, senderID: containerID)))
    }

    func ended(_ report: StreamReport, reason: String) {
        enqueue(.ended(StreamEndedEvent(report, senderID: containerID, reason: reason)))
    }

    /// Sends until shutdown; then what is queued, once, and no longer than the shutdown allows.
    func run() async throws {
        await withGracefulShutdownHandler {
            while let event = await next() {
                await deliver(event)
            }
        } onGracefulShutdown: {
            self.queue.withLock { queue in
                queue.isClosing = true
                queue.waiting?.resume()
                queue.waiting = nil
            }
        }
    }

    private func enqueue(_ event: StreamEvent) {
        queue.withLock { queue in
            if queue.events.count >= Self.maximumQueueLength {
                queue.events.removeFirst()
                outcomes[Label(.dropped)].increment()
            }
            queue.events.append(event)
            length.set(queue.events.count)
            queue.waiting?.resume()
            queue.waiting = nil
        }
    }

    /// The oldest event, left in the queue; nil when the queue is empty and the service closes.
    private func next() async -> StreamEvent? {
        while true {
            if let event = queue.withLock({ $0.events.first }) { return event }
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                queue.withLock { queue in
                    if queue.isClosing || !queue.events.isEmpty {
                        continuation.resume()
                    } else {
                        queue.waiting = continuation
                    }
                }
            }
            if queue.withLock({ $0.isClosing && $0.events.isEmpty }) { return nil }
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
            if queue.withLock({ $0.isClosing }) { return settle(.dropped) }
            outcomes[Label(.retried)].increment()
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(5))
        }
    }

    private func send(_ event: StreamEvent) async throws(OutboundError) -> OutboundResponse {
        switch event {
        case .started(let started): try await api.post("/events/stream_started", started)
        case .ended(let ended): try await api.post("/events/stream_ended", ended)
        }
    }

    private func settle(_ outcome: EventOutcome) {
        outcomes[Label(outcome)].increment()
        queue.withLock { queue in
            if !queue.events.isEmpty { queue.events.removeFirst() }
            length.set(queue.events.count)
        }
    }
}

/// For proxies without an orchestrator: nobody is told.
struct SilentReporter: StreamReporter {
    func started(_ report: StreamReport) {}
    func ended(_ report: StreamReport, reason: String) {}
}
