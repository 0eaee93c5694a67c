import Foundation
import NIOConcurrencyHelpers

/// A TCP relay in front of an engine that spoils what the engine sends. The faults are those of toxiproxy.
///
/// A fault that is set spoils the connections that stand as well as new ones. What the proxy sends passes unharmed.
final class FaultyRelay: Sendable {
    enum Fault: Sendable, Equatable {
        case none
        /// Everything comes that much later.
        case latency(Duration)
        /// Nobody listens, and every connection is closed.
        case down
        case bandwidth(bytesPerSecond: Int)
        /// The end of a connection is passed on that much later.
        case slowClose(Duration)
        /// Nothing passes; the connection is closed after that time, or never.
        case timeout(after: Duration?)
        /// The connection is reset after that time.
        case resetPeer(after: Duration)
        /// Pieces of at most that size, with a pause between them.
        case slicer(size: Int, pause: Duration)
        /// The connection is closed after that many bytes.
        case limitData(Int)
    }

    struct State {
        var fault = Fault.none
        /// Grows whenever a fault is set.
        var version = 0
        var listener: Int32 = -1
        var isStopped = false
        var openPlaybacks = 0
        var links = 0
    }

    let port: Int
    private let enginePort: Int
    private let state: NIOLockedValueBox<State>

    init(enginePort: Int) throws {
        self.enginePort = enginePort
        let listener = try Self.listen(port: 0)
        port = try Loopback.port(of: listener)
        state = NIOLockedValueBox(State(listener: listener))
        accept(from: listener)
    }

    /// Connections that carry a stream now.
    var openPlaybacks: Int { state.withLockedValue { $0.openPlaybacks } }
    /// Connections accepted so far.
    var links: Int { state.withLockedValue { $0.links } }
    var fault: (fault: Fault, version: Int) { state.withLockedValue { ($0.fault, $0.version) } }

    func set(_ fault: Fault) throws {
        let relisten = state.withLockedValue { state in
            defer {
                state.fault = fault
                state.version += 1
            }
            if fault == .down, state.listener >= 0 {
                shutdown(state.listener, Int32(SHUT_RDWR))
                state.listener = -1
            }
            return fault != .down && state.listener < 0
        }
        guard relisten else { return }
        let listener = try Self.listen(port: port)
        state.withLockedValue { $0.listener = listener }
        accept(from: listener)
    }

    func stop() {
        state.withLockedValue { state in
            state.isStopped = true
            state.version += 1
            if state.listener >= 0 { shutdown(state.listener, Int32(SHUT_RDWR)) }
            state.listener = -1
        }
    }

    var isStopped: Bool { state.withLockedValue { $0.isStopped } }

    func note(playback isOpen: Bool) {
        state.withLockedValue { $0.openPlaybacks += isOpen ? 1 : -1 }
    }

    private static func listen(port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard Loopback.withAddress(port: port, { bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 64) == 0
        else {
            close(descriptor)
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        return descriptor
    }

    /// The listener is closed by the thread that accepts from it, once it has been shut down.
    private func accept(from listener: Int32) {
        Thread {
            while case let client = Glibc.accept(listener, nil, nil), client >= 0 || errno == EINTR {
                guard client >= 0 else { continue }
                self.state.withLockedValue { $0.links += 1 }
                let engine = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                guard Loopback.withAddress(port: self.enginePort, { connect(engine, $0, $1) }) == 0 else {
                    close(engine)
                    close(client)
                    continue
                }
                let link = RelayLink(relay: self, client: client, engine: engine)
                Thread { link.run() }.start()
            }
            close(listener)
        }.start()
    }
}
