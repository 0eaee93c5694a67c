/// Keeps so many engines free that a start finds one with a given probability: those that may be asked for while a new
/// engine is on its way, at the measured rate of starts and the measured time to provision.
///
/// The probability rises while the start objective's error budget burns too fast.
public struct SLOPolicy: ScalingPolicy {
    public var name: String { "slo" }
    public let bounds: ScalingBounds
    private var hold: HoldWindow

    public init(bounds: ScalingBounds) {
        self.bounds = bounds
        self.hold = HoldWindow(milliseconds: bounds.holdMilliseconds)
    }

    public mutating func decide(_ signals: ScalingSignals) -> ScalingDecision {
        let quantile = Self.quantile(burnRate: signals.burnRate)
        guard signals.isComplete else {
            return decision(
                signals, desired: signals.current, quantile: quantile, freeTarget: signals.free,
                reason: "a signal is missing: hold \(signals.current) engines")
        }
        let plan = Plan(signals, bounds: bounds, quantile: quantile)
        // At the first decision after a start the past is unknown: what runs counts as wanted, and nothing that was
        // adopted goes before the hold time has shown that less is enough.
        if hold.isEmpty { _ = hold.push(signals.current, at: signals.at) }
        let held = hold.push(plan.wanted, at: signals.at)
        let bounded = min(held, bounds.maxReplicas)
        let desired = min(
            max(bounded, signals.current - bounds.maxStepDown), signals.current + bounds.maxStepUp)
        let reason = Explanation(signals, plan: plan, held: held, desired: desired, bounds: bounds).sentence
        return decision(signals, desired: desired, quantile: quantile, freeTarget: plan.freeTarget, reason: reason)
    }

    static func quantile(burnRate: Double) -> Double {
        switch burnRate {
        case 6...: 0.9999
        case 1...: 0.999
        default: 0.99
        }
    }

    private func decision(
        _ signals: ScalingSignals, desired: Int, quantile: Double, freeTarget: Int, reason: String
    ) -> ScalingDecision {
        ScalingDecision(
            at: signals.at, policy: name, desired: desired, current: signals.current, free: signals.free,
            used: signals.used,
            direction: desired > signals.current ? .up : desired < signals.current ? .down : .hold, reason: reason,
            inputs: ScalingDecision.Inputs(
                startRate: signals.demand.startsPerSecond, dispersion: signals.demand.dispersion,
                leadTimeSeconds: signals.leadTimeSeconds, quantile: quantile, freeTarget: freeTarget,
                waiting: signals.waiting, burnRate: signals.burnRate, floor: signals.floor))
    }
}

extension SLOPolicy {
    /// The engines wanted before hold time, bounds and steps.
    struct Plan {
        /// Starts to be ready for while an engine is provisioned.
        let slots: Int
        /// Engines that have to be free for them.
        let freeTarget: Int
        let quantile: Double
        let wanted: Int
        /// Whether the operator's floor is what decides.
        let isFloor: Bool

        init(_ signals: ScalingSignals, bounds: ScalingBounds, quantile: Double) {
            self.quantile = quantile
            slots = PoissonQuantile.value(
                mean: signals.demand.startsPerSecond * signals.leadTimeSeconds, probability: quantile,
                dispersion: signals.demand.dispersion)
            let perEngine = signals.slotsPerEngine
            let forSlots = (slots + perEngine - 1) / perEngine
            freeTarget = max(forSlots, bounds.minFree)
            let byLoad = (signals.load + slots + signals.waiting + perEngine - 1) / perEngine
            let byFree = signals.used + bounds.minFree + (signals.waiting + perEngine - 1) / perEngine
            let measured = max(byLoad, byFree)
            wanted = max(measured, signals.floor)
            isFloor = signals.floor > measured
        }
    }
}
