import Foundation
import NIOConcurrencyHelpers

/// Threads that all run at the same time.
struct CountingThreads {
    private let running: NIOLockedValueBox<Int>

    var haveEnded: Bool { running.withLockedValue { $0 == 0 } }

    /// Starts `count` threads that each run `body` once.
    static func start(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> CountingThreads {
        let running = NIOLockedValueBox(count)
        for number in 0..<count {
            Thread.detachNewThread {
                body(number)
                running.withLockedValue { $0 -= 1 }
            }
        }
        return CountingThreads(running: running)
    }

    /// Runs `body` once on each of `count` threads, none of which ends before all have run it.
    static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let ran = DispatchSemaphore(value: 0)
        let mayEnd = DispatchSemaphore(value: 0)
        let ended = DispatchSemaphore(value: 0)
        for number in 0..<count {
            let thread = Thread {
                body(number)
                ran.signal()
                mayEnd.wait()
                ended.signal()
            }
            thread.stackSize = 512 << 10
            thread.start()
        }
        for _ in 0..<count { ran.wait() }
        for _ in 0..<count { mayEnd.signal() }
        for _ in 0..<count { ended.wait() }
    }
}
