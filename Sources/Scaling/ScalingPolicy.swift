/// Turns signals into the number of engines wanted. A policy may remember the past; it never looks at a clock.
public protocol ScalingPolicy: Sendable {
    var name: String { get }
    mutating func decide(_ signals: ScalingSignals) -> ScalingDecision
}
