import NIOConcurrencyHelpers
import Telemetry

/// A clock that only moves when someone sleeps, and then at once; or that lets them really sleep.
final class FakeTime: Sendable {
    private struct State {
        var now: Int64
        var sleeps: [Duration] = []
    }

    private let state: NIOLockedValueBox<State>

    private let reallySleeps: Bool

    init(milliseconds: Int64, reallySleeps: Bool) {
        self.reallySleeps = reallySleeps
        state = NIOLockedValueBox(State(now: milliseconds))
    }

    var sleeps: [Duration] { state.withLockedValue { $0.sleeps } }

    func advance(by duration: Duration) {
        state.withLockedValue { $0.now += Int64(duration / .milliseconds(1)) }
    }

    var clock: RemoteWriteClock {
        RemoteWriteClock(now: { self.state.withLockedValue { $0.now } }) { duration in
            try Task.checkCancellation()
            if self.reallySleeps { try await Task.sleep(for: duration) }
            self.state.withLockedValue { $0.sleeps.append(duration) }
            self.advance(by: duration)
        }
    }
}
