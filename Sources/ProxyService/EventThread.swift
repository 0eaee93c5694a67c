import CLinux
import Foundation
import NIOConcurrencyHelpers
import Synchronization

/// What an ``EventThread`` calls between its waits, always on its own thread.
protocol EventThreadDelegate: AnyObject, Sendable {
    /// A descriptor registered with `token` became ready (`WEIR_READABLE`, `WEIR_WRITABLE`, `WEIR_HANGUP`).
    func descriptorReady(token: UInt64, readiness: UInt32)
    /// Called after each round of events; returns how long to wait for the next one.
    func roundEnded() -> Duration
    /// Called before each wait with the time the round took.
    func roundTook(_ duration: Duration, afterWaiting waited: Duration)
}

/// One thread around epoll that is also the executor of the actor living on it.
///
/// Socket readiness and actor jobs run on the same thread, so an actor on this executor reads and writes its sockets
/// without a lock, a hop or an allocation: the compiler checks what the event loop promises.
final class EventThread: SerialExecutor {
    private static let wakeToken: UInt64 = 0

    private let epoll: Int32
    private let wakeUp: Int32
    private struct Queue {
        var jobs: [UnownedJob] = []
        /// Set by the thread as the last thing it does with the queue.
        var isClosed = false
    }

    private let queue = NIOLockedValueBox(Queue())
    /// Runs, one after the other, the jobs that come after the thread's end.
    private let afterwards = DispatchQueue(label: "weir.streams.ended")
    private let threadID = Atomic<UInt>(0)
    private let isStopped = Atomic<Bool>(false)

    /// - Throws: ``SystemError`` when the process has no descriptor left.
    init() throws(SystemError) {
        epoll = weir_epoll_create()
        wakeUp = weir_eventfd_create()
        guard epoll >= 0, wakeUp >= 0, weir_epoll_set(epoll, wakeUp, UInt32(WEIR_READABLE), Self.wakeToken, 1) == 0
        else { throw SystemError("cannot create an event loop") }
    }

    deinit {
        close(epoll)
        close(wakeUp)
    }

    /// Starts the thread; it runs until ``stop()``.
    func start(delegate: any EventThreadDelegate) {
        let thread = Thread { self.run(delegate) }
        thread.name = "weir.streams"
        thread.start()
    }

    /// Ends the thread after its current round. Jobs enqueued later run one by one on a queue.
    func stop() {
        isStopped.store(true, ordering: .sequentiallyConsistent)
        weir_eventfd_signal(wakeUp)
    }

    // MARK: Descriptors, on the thread only

    /// Registers a descriptor. `token` comes back with its events and must not be 0.
    func add(_ descriptor: Int32, interest: Int, token: UInt64) -> Bool {
        weir_epoll_set(epoll, descriptor, UInt32(interest), token, 1) == 0
    }

    func change(_ descriptor: Int32, interest: Int, token: UInt64) {
        _ = weir_epoll_set(epoll, descriptor, UInt32(interest), token, 0)
    }

    func remove(_ descriptor: Int32) {
        _ = weir_epoll_remove(epoll, descriptor)
    }

    // MARK: SerialExecutor

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let length = queue.withLockedValue { queue in
            guard !queue.isClosed else { return 0 }
            queue.jobs.append(job)
            return queue.jobs.count
        }
        if length == 0 {
            afterwards.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
        } else if length == 1, !isOnThread {
            weir_eventfd_signal(wakeUp)
        }
    }

    func checkIsolated() {
        precondition(isOnThread, "the actor of the event thread was entered from another thread")
    }

    private var isOnThread: Bool {
        threadID.load(ordering: .acquiring) == UInt(pthread_self())
    }

    private func run(_ delegate: any EventThreadDelegate) {
        threadID.store(UInt(pthread_self()), ordering: .releasing)
        var events = [weir_event](repeating: weir_event(), count: 256)
        var timeout: Int32 = 0
        var ended = ContinuousClock.now
        while !isStopped.load(ordering: .sequentiallyConsistent) {
            let count = weir_epoll_wait(epoll, &events, Int32(events.count), timeout)
            let start = ContinuousClock.now
            for event in events[..<max(0, Int(count))] {
                if event.token == Self.wakeToken {
                    weir_eventfd_drain(wakeUp)
                } else {
                    delegate.descriptorReady(token: event.token, readiness: event.readiness)
                }
            }
            runJobs()
            let wait = delegate.roundEnded()
            let hasJobs = queue.withLockedValue { !$0.jobs.isEmpty }
            timeout = hasJobs || wait == .zero ? 0 : Int32(clamping: Int(wait / .milliseconds(1)) + 1)
            let waited = ended.duration(to: start)
            ended = .now
            delegate.roundTook(start.duration(to: ended), afterWaiting: waited)
        }
        var isClosed = false
        while !isClosed {
            runJobs()
            isClosed = queue.withLockedValue { queue in
                queue.isClosed = queue.jobs.isEmpty
                return queue.isClosed
            }
        }
        threadID.store(0, ordering: .releasing)
    }

    private func runJobs() {
        let jobs = queue.withLockedValue { queue in
            defer { queue.jobs = [] }
            return queue.jobs
        }
        for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
    }
}
