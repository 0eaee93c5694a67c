import Foundation

/// A thread for one piece of blocking work.
enum BlockingThread {
    static func run(_ work: @escaping @Sendable () -> Void) {
        Thread.detachNewThread(work)
    }
}
