public import Telemetry

/// One of the circuit breakers.
public struct BreakerLabels: LabelSet {
    public static var labelNames: [String] { ["breaker"] }
    public var labelValues: [String] { [breaker.rawValue] }
    let breaker: CircuitLabels.Breaker

    public init(_ breaker: CircuitLabels.Breaker) {
        self.breaker = breaker
    }

    public static let all = CircuitLabels.Breaker.allCases.map { Self($0) }
}
