import Catalogue
import Foundation
import Logging
import NIOConcurrencyHelpers
import Settings
import Synchronization
import Telemetry

/// Writes one JSON object a line for each request that was served; a viewer's when it leaves.
///
/// | key | value |
/// |---|---|
/// | `time` | when the request had been served: RFC 3339, UTC, milliseconds |
/// | `client` | address, of the client behind trusted proxies where there are any |
/// | `method`, `route`, `path` | the route's template, and the path without its query, 256 bytes at most |
/// | `status` | HTTP status code |
/// | `bytes` | of the body; of a stream everything that its socket has taken |
/// | `duration_s`, `first_byte_s` | from the request's head to the end, and to the first byte |
/// | `content`, `session`, `end` | of a stream: what was asked for, the session's id, why it ended |
/// | `user_agent`, `trace_id` | 200 characters at most; of W3C Trace Context |
///
/// Queries and headers are left out, and user names and queries of `url` contents: no secret gets into the log. Nobody
/// waits for it: lines are put together and written on threads of their own, and beyond a bound dropped and counted.
/// A file that has been moved away is opened again within a few seconds.
final class AccessLog: Sendable {
    private static let maximumWaitingLines = 65_536
    private static let reopenInterval = Duration.seconds(5)

    private let writer: LineWriter
    private let descriptor: Int32
    private let path: String?
    private let queue = DispatchQueue(label: "weir.access-log", qos: .utility)
    private let waiting = Atomic<Int>(0)
    private let dropped: Counter
    private let nextLook = NIOLockedValueBox(ContinuousClock.now + AccessLog.reopenInterval)

    /// - Returns: nil where none is asked for.
    /// - Throws: when the file cannot be opened.
    static func open(_ setting: OperationSettings.AccessLog, registry: Registry) throws(SystemError) -> AccessLog? {
        let dropped: Counter = registry.counter(ProxyFamilies.accessLogDropped)
        switch setting {
        case .off: return nil
        case .standardOutput: return AccessLog(descriptor: STDOUT_FILENO, path: nil, dropped: dropped)
        case .file(let path):
            let descriptor = openFile(path)
            guard descriptor >= 0 else { throw SystemError("cannot open the access log \(path)") }
            return AccessLog(descriptor: descriptor, path: path, dropped: dropped)
        }
    }

    private init(descriptor: Int32, path: String?, dropped: Counter) {
        self.descriptor = descriptor
        self.path = path
        self.dropped = dropped
        writer = LineWriter(descriptor: descriptor, maximumWaitingBytes: 8 << 20) { _ in [] }
    }

    /// Takes an entry and returns at once.
    func write(_ entry: AccessEntry) {
        guard waiting.wrappingAdd(1, ordering: .relaxed).newValue <= Self.maximumWaitingLines else {
            waiting.wrappingSubtract(1, ordering: .relaxed)
            return dropped.increment()
        }
        queue.async { [self] in
            defer { waiting.wrappingSubtract(1, ordering: .relaxed) }
            reopenIfMoved()
            let before = writer.droppedLines
            writer.submit(Array(entry.line.utf8))
            if writer.droppedLines > before { dropped.increment() }
        }
    }

    /// Returns when everything is written, or after a second.
    func flushed() async {
        await withCheckedContinuation { continuation in
            queue.async { [writer] in
                writer.flush(within: 1)
                continuation.resume()
            }
        }
    }

    /// On the queue: puts the file that has the path now behind the descriptor.
    private func reopenIfMoved() {
        guard let path else { return }
        let now = ContinuousClock.now
        let isDue = nextLook.withLockedValue { next in
            guard now >= next else { return false }
            next = now + Self.reopenInterval
            return true
        }
        guard isDue else { return }
        var here = stat()
        var there = stat()
        if stat(path, &there) == 0, fstat(descriptor, &here) == 0, here.st_ino == there.st_ino,
            here.st_dev == there.st_dev
        {
            return
        }
        let fresh = Self.openFile(path)
        guard fresh >= 0 else { return }
        dup2(fresh, descriptor)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        close(fresh)
    }

    private static func openFile(_ path: String) -> Int32 {
        Foundation.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o640)
    }
}
