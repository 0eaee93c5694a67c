public import Telemetry

/// The circuit breakers and their states.
public struct CircuitLabels: LabelSet {
    public enum Breaker: String, CaseIterable, Sendable {
        /// Guards the creation of engines.
        case general
        /// Guards the replacement of unhealthy ones.
        case replacement
    }

    public enum State: String, CaseIterable, Sendable {
        case closed, open
        case halfOpen = "half_open"
    }

    public static var labelNames: [String] { ["breaker", "state"] }
    public var labelValues: [String] { [breaker.rawValue, state.rawValue] }
    let breaker: Breaker
    let state: State

    public init(_ breaker: Breaker, _ state: State) {
        self.breaker = breaker
        self.state = state
    }

    public static let all = Breaker.allCases.flatMap { breaker in State.allCases.map { Self(breaker, $0) } }
}
