import NIOConcurrencyHelpers
import Settings

/// How many connections each client has. Holds as many entries as there are clients connected; nothing is counted
/// where no limit is set.
final class ClientConnections: Sendable {
    /// Connections over the limit that are still let in to be told so.
    private static let tolerance = 4

    enum Verdict {
        case admitted
        /// Over the limit: told so, and served no stream.
        case refused
        /// So far over the limit that it is closed without a word.
        case excessive
    }

    private let limit: Int
    private let counts = NIOLockedValueBox<[IPAddress: Int]>([:])

    /// - Parameter limit: 0: none.
    init(limit: Int) {
        self.limit = limit
    }

    /// Counts a connection of `client`, whatever the verdict; every call is matched by one of ``leave(_:)``.
    func enter(_ client: IPAddress) -> Verdict {
        guard limit > 0 else { return .admitted }
        let count = counts.withLockedValue { counts in
            counts[client.client, default: 0] += 1
            return counts[client.client, default: 0]
        }
        return count <= limit ? .admitted : count <= limit + Self.tolerance ? .refused : .excessive
    }

    func leave(_ client: IPAddress) {
        guard limit > 0 else { return }
        counts.withLockedValue { counts in
            let count = counts[client.client, default: 1] - 1
            counts[client.client] = count > 0 ? count : nil
        }
    }
}
