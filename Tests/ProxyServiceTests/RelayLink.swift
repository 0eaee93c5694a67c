import Foundation

/// One connection through a ``FaultyRelay``.
///
/// `@unchecked Sendable`: only the thread that calls `run` touches it.
final class RelayLink: @unchecked Sendable {
    /// What is read from the engine at once: enough for a stream whose every piece is held up.
    private static let largestPiece = 1 << 20

    private let relay: FaultyRelay
    private let client: Int32
    private let engine: Int32
    private var isPlayback = false
    private var version = -1
    /// When the fault that holds now was met, and what has passed since.
    private var since = ContinuousClock.now
    private var passed = 0
    private var buffer = [UInt8](repeating: 0, count: largestPiece)

    init(relay: FaultyRelay, client: Int32, engine: Int32) {
        self.relay = relay
        self.client = client
        self.engine = engine
    }

    /// Passes bytes until one side is done or the fault ends it.
    func run() {
        while !relay.isStopped, step() {}
        close(client)
        close(engine)
        if isPlayback { relay.note(playback: false) }
    }

    private func step() -> Bool {
        let (fault, newVersion) = relay.fault
        if version != newVersion {
            version = newVersion
            since = .now
            passed = 0
        }
        let isHeld: Bool
        switch fault {
        case .down: return false
        case .timeout(let limit):
            isHeld = true
            if let limit, since.duration(to: .now) >= limit { return false }
        case .resetPeer(let delay):
            isHeld = false
            if since.duration(to: .now) >= delay { return reset() }
        default: isHeld = false
        }
        var polled = [
            pollfd(fd: client, events: Int16(POLLIN), revents: 0),
            pollfd(fd: engine, events: Int16(isHeld ? 0 : POLLIN), revents: 0),
        ]
        // A fault that was set meanwhile is met first.
        guard poll(&polled, 2, 20) > 0, relay.fault.version == version else { return true }
        if polled[0].revents != 0, !passRequest() { return false }
        if !isHeld, polled[1].revents != 0 { return passAnswer(fault) }
        return true
    }

    private func passRequest() -> Bool {
        let count = recv(client, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        if !isPlayback, buffer[..<count].starts(with: Array("GET /ace/r/".utf8)) {
            isPlayback = true
            relay.note(playback: true)
        }
        return write(0..<count, to: engine)
    }

    private func passAnswer(_ fault: FaultyRelay.Fault) -> Bool {
        var limit = buffer.count
        if case .bandwidth(let bytesPerSecond) = fault { limit = max(1, bytesPerSecond / 20) }
        if case .limitData(let bytes) = fault {
            guard passed < bytes else { return false }
            limit = min(limit, bytes - passed)
        }
        let count = recv(engine, &buffer, limit, 0)
        guard count > 0 else {
            if case .slowClose(let delay) = fault { pause(delay) }
            return false
        }
        passed += count
        switch fault {
        case .latency(let delay):
            pause(delay)
            return write(0..<count, to: client)
        case .bandwidth(let bytesPerSecond):
            pause(.seconds(Double(count) / Double(bytesPerSecond)))
            return write(0..<count, to: client)
        case .slicer(let size, let delay):
            for start in stride(from: 0, to: count, by: size) {
                guard write(start..<min(count, start + size), to: client) else { return false }
                pause(delay)
            }
            return true
        default:
            return write(0..<count, to: client)
        }
    }

    /// Sleeps, but not past a change of the fault.
    private func pause(_ duration: Duration) {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end, relay.fault.version == version {
            usleep(UInt32(min(10_000, max(1, ContinuousClock.now.duration(to: end) / .microseconds(1)))))
        }
    }

    /// Ends the connection so that the proxy gets a reset.
    private func reset() -> Bool {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(client, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
        return false
    }

    private func write(_ range: Range<Int>, to descriptor: Int32) -> Bool {
        var sent = range.lowerBound
        while sent < range.upperBound {
            let count = buffer.withUnsafeBytes { bytes in
                send(descriptor, bytes.baseAddress.map { $0 + sent }, range.upperBound - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }
}
