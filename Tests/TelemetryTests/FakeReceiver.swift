import NIOConcurrencyHelpers
import Telemetry

/// Answers requests as it is told to and keeps those it accepted.
final class FakeReceiver: Sendable {
    private struct State {
        var attempts = 0
        var accepted: [ReceivedWrite] = []
        var headers: [[(name: String, value: String)]] = []
    }

    private let state = NIOLockedValueBox(State())
    private let answer: @Sendable (Int, Double?) -> RemoteWriteResult?

    /// - Parameter answer: to the attempt with that number, counted from 0, and its first sample's value; nil hangs.
    init(answer: @escaping @Sendable (Int, Double?) -> RemoteWriteResult? = { _, _ in .answered(status: 204) }) {
        self.answer = answer
    }

    func receive(_ request: RemoteWriteRequest) async -> RemoteWriteResult {
        guard let write = try? ReceivedWrite(request.body) else { return .answered(status: 400, message: "unreadable") }
        let attempt = state.withLockedValue { state in
            state.attempts += 1
            state.headers.append(request.headers)
            return state.attempts - 1
        }
        guard let result = answer(attempt, write.series.first?.value) else {
            try? await Task.sleep(for: .seconds(3600))
            return .failed("cancelled")
        }
        if case .answered(200..<300, _, _) = result { state.withLockedValue { $0.accepted.append(write) } }
        return result
    }

    var attempts: Int { state.withLockedValue { $0.attempts } }
    var received: [ReceivedWrite] { state.withLockedValue { $0.accepted } }
    var headers: [[(name: String, value: String)]] { state.withLockedValue { $0.headers } }
    /// The first sample's value of each accepted request.
    var values: [Double] { received.compactMap { $0.series.first?.value } }
    var timestamps: [Int64] { received.compactMap { $0.series.first?.timestamps.first } }
}
