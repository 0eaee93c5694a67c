import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Settings

/// Looks every two seconds whether the static engine takes connections, while new streams would use it.
final class StaticEngineProbe: Sendable {
    enum State: String {
        /// Not looked at: the orchestrator names the engines.
        case unused
        case reachable
        case unreachable
    }

    private static let interval = Duration.seconds(2)
    private static let limit = TimeAmount.seconds(2)

    private let host: String
    private let port: Int
    private let orchestrator: OrchestratorLink
    private let group: MultiThreadedEventLoopGroup
    private let last = NIOLockedValueBox(State.unused)

    init(host: String, port: Int, orchestrator: OrchestratorLink, group: MultiThreadedEventLoopGroup) {
        self.host = host
        self.port = port
        self.orchestrator = orchestrator
        self.group = group
    }

    /// As last seen.
    var state: State { last.withLockedValue { $0 } }

    /// Looks until its task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let state = orchestrator.state == .up ? State.unused : await isReachable() ? .reachable : .unreachable
            last.withLockedValue { $0 = state }
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func isReachable() async -> Bool {
        let bootstrap = ClientBootstrap(group: group).connectTimeout(Self.limit)
        guard let channel = try? await bootstrap.connect(host: host, port: port).get() else { return false }
        channel.close(promise: nil)
        return true
    }
}
