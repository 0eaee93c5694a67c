import CLinux
import Glibc
import NIOConcurrencyHelpers
import Synchronization

/// Writes lines to a descriptor from a thread of its own, so that whoever logs never waits for whoever reads.
///
/// Each line goes out with one `write`; lines of several threads never mix. Lives as long as the process. Lines that
/// wait when the process ends in good order get a second to go out.
// The state is only touched under `lock`.
package final class LineWriter: @unchecked Sendable {
    /// Standard error, for lines of JSON.
    static let standardErrorJSON: LineWriter = {
        atexit { LineWriter.standardErrorJSON.flush(within: 1) }
        return LineWriter(descriptor: STDERR_FILENO, dropNotice: JSONLogHandler.dropNotice)
    }()

    /// Standard error, for lines of plain text.
    static let standardErrorText: LineWriter = {
        atexit { LineWriter.standardErrorText.flush(within: 1) }
        return LineWriter(descriptor: STDERR_FILENO) { Array("\($0) log lines were dropped\n".utf8) }
    }()

    /// Lines dropped by all writers of the process.
    static let allDrops = Atomic<Int>(0)

    private enum Activity {
        case idle
        /// There are lines to write.
        case pending
        /// The thread writes, and no more lines wait.
        case writing
    }

    private let lock = ConditionLock(value: Activity.idle)
    private var waiting: [[UInt8]] = []
    private var waitingBytes = 0
    private var unreportedDrops = 0
    private var drops = 0

    private let descriptor: Int32
    private let maximumWaitingBytes: Int
    private let dropNotice: @Sendable (Int) -> [UInt8]

    /// - Parameters:
    ///   - maximumWaitingBytes: lines beyond that are dropped; those being written count.
    ///   - dropNotice: the line to write once there is room again, given how many were dropped.
    package init(
        descriptor: Int32, maximumWaitingBytes: Int = 1 << 20, dropNotice: @escaping @Sendable (Int) -> [UInt8]
    ) {
        self.descriptor = descriptor
        self.maximumWaitingBytes = maximumWaitingBytes
        self.dropNotice = dropNotice
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(self).toOpaque()
        let failure = pthread_create(&thread, nil, { LineWriter.run($0) }, argument)
        precondition(failure == 0, "no thread can be had for the log")
        pthread_detach(thread)
    }

    /// Takes a line, its line break included, and returns at once.
    package func submit(_ line: [UInt8]) {
        lock.lock()
        guard waitingBytes + line.count <= maximumWaitingBytes else {
            Self.allDrops.add(1, ordering: .relaxed)
            drops += 1
            unreportedDrops += 1
            return lock.unlock()
        }
        waiting.append(line)
        waitingBytes += line.count
        lock.unlock(withValue: .pending)
    }

    /// Lines dropped by this writer so far.
    package var droppedLines: Int {
        lock.lock()
        defer { lock.unlock() }
        return drops
    }

    /// Waits until everything is written, at most so many seconds.
    package func flush(within seconds: Double) {
        if lock.lock(whenValue: .idle, timeoutSeconds: seconds) { lock.unlock() }
    }

    private static func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let argument else { return nil }
        let writer = Unmanaged<LineWriter>.fromOpaque(argument).takeRetainedValue()
        weir_name_thread("weir.log")
        while true { writer.writePending() }
    }

    private func writePending() {
        lock.lock(whenValue: .pending)
        let lines = waiting
        waiting = []
        lock.unlock(withValue: .writing)
        for line in lines { write(line) }
        lock.lock()
        waitingBytes -= lines.reduce(0) { $0 + $1.count }
        let dropped = unreportedDrops
        unreportedDrops = 0
        if dropped > 0 {
            let notice = dropNotice(dropped)
            waiting.append(notice)
            waitingBytes += notice.count
        }
        lock.unlock(withValue: waiting.isEmpty ? .idle : .pending)
    }

    /// A descriptor that takes nothing more for good loses the line.
    private func write(_ line: [UInt8]) {
        line.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    var event = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&event, 1, -1)
                } else if errno != EINTR {
                    return
                }
            }
        }
    }
}

/// Standard error as swift-log's text handler writes to it, one line a call.
public struct StandardErrorLines: TextOutputStream, Sendable {
    /// Log lines, of text or JSON, that were dropped since the process began because standard error took no more.
    public static var droppedLines: Int { LineWriter.allDrops.load(ordering: .relaxed) }

    public init() {}

    public func write(_ line: String) {
        LineWriter.standardErrorText.submit(Array(line.utf8))
    }
}
