import Scaling

/// The inputs of a decision as kept in their column.
struct StoredInputs: Codable {
    var startRate: Double
    var dispersion: Double
    var leadTimeSeconds: Double
    var quantile: Double
    var freeTarget: Int
    var waiting: Int
    var burnRate: Double
    var floor: Int

    /// JSON has no NaN: what could not be measured is kept as -1.
    init(_ inputs: ScalingDecision.Inputs) {
        func finite(_ value: Double) -> Double { value.isFinite ? value : -1 }
        startRate = finite(inputs.startRate)
        dispersion = finite(inputs.dispersion)
        leadTimeSeconds = finite(inputs.leadTimeSeconds)
        quantile = finite(inputs.quantile)
        freeTarget = inputs.freeTarget
        waiting = inputs.waiting
        burnRate = finite(inputs.burnRate)
        floor = inputs.floor
    }

    var inputs: ScalingDecision.Inputs {
        ScalingDecision.Inputs(
            startRate: startRate, dispersion: dispersion, leadTimeSeconds: leadTimeSeconds, quantile: quantile,
            freeTarget: freeTarget, waiting: waiting, burnRate: burnRate, floor: floor)
    }
}
