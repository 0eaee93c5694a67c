import Catalogue
import HTTPGuard
import NIOConcurrencyHelpers
import Settings

/// One connection's place within the limits. It begins with the connection and goes on with the viewer that the
/// connection becomes.
final class ConnectionPlace: Sendable {
    private struct State {
        var client: IPAddress?
        var clientRefusal: LimitReason?
        var isKept = false
        var isLeft = false
    }

    private let limit: ConnectionLimit
    private let clients: ClientConnections
    private let state = NIOLockedValueBox(State())
    /// Whether the limit on connections was reached: it was let in to be told so, and is not served but for what
    /// always is.
    let isBeyondLimit: Bool

    init(limit: ConnectionLimit, clients: ClientConnections, isBeyondLimit: Bool) {
        self.limit = limit
        self.clients = clients
        self.isBeyondLimit = isBeyondLimit
    }

    /// Counts the connection for `client`, and no more for the one it was counted for before. On the connection's event
    /// loop only, before ``keep()``.
    /// - Returns: why it is refused. `isExcessive`: it is to be closed without a word.
    func charge(_ client: IPAddress?) -> (refusal: LimitReason?, isExcessive: Bool) {
        let state = state.withLockedValue { $0 }
        let refusal = isBeyondLimit ? LimitReason.connections : nil
        guard !state.isLeft, state.client != client else { return (refusal ?? state.clientRefusal, false) }
        if let former = state.client { clients.leave(former) }
        let verdict = client.map { clients.enter($0) } ?? .admitted
        let clientRefusal = verdict == .admitted ? nil : LimitReason.clientConnections
        self.state.withLockedValue { state in
            state.client = client
            state.clientRefusal = clientRefusal
        }
        return (refusal ?? clientRefusal, verdict == .excessive)
    }

    /// The connection's channel is about to be closed, the connection lives on as a viewer's.
    func keep() {
        limit.keep()
        state.withLockedValue { $0.isKept = true }
    }

    /// The channel is closed.
    func channelClosed() {
        if !state.withLockedValue({ $0.isKept }) { leave() }
    }

    /// The connection is closed for good. Calling it again changes nothing.
    func leave() {
        let left = state.withLockedValue { state -> State? in
            guard !state.isLeft else { return nil }
            state.isLeft = true
            return state
        }
        guard let left else { return }
        if let client = left.client { clients.leave(client) }
        if left.isKept { limit.release() }
    }
}
