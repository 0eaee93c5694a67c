/// Turns verdicts into notices: one for each change, not one for each request.
package struct RemoteWriteHealth: Sendable {
    private enum State {
        case working
        case failing
        case refused
    }

    private var state = State.working

    package init() {}

    package mutating func notice(_ verdict: RemoteWriteVerdict) -> RemoteWriteNotice? {
        let before = state
        switch verdict {
        case .delivered:
            state = .working
            return before == .working ? nil : .recovered
        case .retry(_, let detail):
            state = .failing
            return before == .failing ? nil : .failing(detail)
        case .refused(let detail):
            state = .refused
            return before == .refused ? nil : .refused(detail)
        }
    }
}
