import CLibcurl
import Foundation
import NIOConcurrencyHelpers

/// The HTTP client for everything but playback: one thread, one libcurl multi handle, connections kept and reused.
///
/// Callers never block a thread: they suspend until the answer is complete, the time is over or they are cancelled.
public final class OutboundClient: Sendable {
    private struct Inbox {
        var submissions: [Submission] = []
        var cancellations: Set<UInt64> = []
        var nextID: UInt64 = 0
        var isShutDown = false
    }

    private let inbox = NIOLockedValueBox(Inbox())
    private let multi: MultiHandle

    /// - Parameter maximumConnectionsPerHost: more requests than that to one host wait for a connection, within their
    ///   own timeout.
    public init(maximumConnectionsPerHost: Int = 64) {
        multi = MultiHandle(maximumConnectionsPerHost: maximumConnectionsPerHost)
        let thread = Thread { self.run() }
        thread.name = "weir.outbound"
        thread.start()
    }

    /// Sends a request and waits for the complete answer, whatever its status.
    public func send(_ request: OutboundRequest) async throws(OutboundError) -> OutboundResponse {
        let id = inbox.withLockedValue { inbox in
            inbox.nextID += 1
            return inbox.nextID
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Looked at under the lock: a cancellation is either seen here or noted after the submission.
                let refusal: OutboundError? = inbox.withLockedValue { inbox in
                    if Task.isCancelled { return Self.cancelled }
                    if inbox.isShutDown { return Self.shutDown }
                    inbox.submissions.append(Submission(id: id, request: request, continuation: continuation))
                    return nil
                }
                if let refusal {
                    continuation.resume(returning: .failure(refusal))
                } else {
                    multi.wake()
                }
            }
        } onCancel: {
            inbox.withLockedValue { _ = $0.cancellations.insert(id) }
            multi.wake()
        }
        return try result.get()
    }

    /// Ends the thread. Requests under way fail with ``OutboundError/Code/cancelled``; later ones too.
    public func shutDown() {
        inbox.withLockedValue { $0.isShutDown = true }
        multi.wake()
    }

    private static let cancelled = OutboundError(code: .cancelled, message: "the request was cancelled")
    private static let shutDown = OutboundError(code: .cancelled, message: "the HTTP client was shut down")

    /// The thread's loop. Everything of libcurl but `wake` happens here.
    private func run() {
        var transfers: [UInt64: Transfer] = [:]
        var byHandle: [OpaquePointer: UInt64] = [:]
        while true {
            let (submissions, cancellations, isShutDown) = inbox.withLockedValue { inbox in
                defer {
                    inbox.submissions = []
                    inbox.cancellations = []
                }
                return (inbox.submissions, inbox.cancellations, inbox.isShutDown)
            }
            for submission in submissions {
                guard let transfer = Transfer(submission) else {
                    let failure = OutboundError(code: .badRequest, message: "libcurl has no memory for another request")
                    submission.continuation.resume(returning: .failure(failure))
                    continue
                }
                transfers[transfer.id] = transfer
                byHandle[transfer.handle] = transfer.id
                multi.add(transfer)
            }
            for id in isShutDown ? Set(transfers.keys) : cancellations {
                guard let transfer = transfers.removeValue(forKey: id) else { continue }
                byHandle[transfer.handle] = nil
                multi.remove(transfer)
                transfer.finish(failure: isShutDown ? Self.shutDown : Self.cancelled)
            }
            if isShutDown { return }
            multi.perform { handle, code in
                guard let id = byHandle.removeValue(forKey: handle), let transfer = transfers.removeValue(forKey: id)
                else { return }
                multi.remove(transfer)
                transfer.finish(code)
            }
            multi.poll()
        }
    }
}
