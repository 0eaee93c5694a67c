import NIOConcurrencyHelpers

/// Holds services back until the server listens.
final class StartGate: Sendable {
    private struct State {
        var isOpen: Bool?
        var waiting: [CheckedContinuation<Bool, Never>] = []
    }

    private let state = NIOLockedValueBox(State())

    func open() { settle(true) }

    /// Lets nobody through who has not passed.
    func close() { settle(false) }

    /// True once the gate is open, false when it was closed before.
    func pass() async -> Bool {
        await withCheckedContinuation { continuation in
            let settled = state.withLockedValue { state in
                if state.isOpen == nil { state.waiting.append(continuation) }
                return state.isOpen
            }
            if let settled { continuation.resume(returning: settled) }
        }
    }

    private func settle(_ isOpen: Bool) {
        let waiting = state.withLockedValue { state in
            guard state.isOpen == nil else { return [CheckedContinuation<Bool, Never>]() }
            state.isOpen = isOpen
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume(returning: isOpen) }
    }
}
