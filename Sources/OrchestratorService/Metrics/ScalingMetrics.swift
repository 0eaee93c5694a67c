package import Catalogue
package import Scaling
import Telemetry

/// What the autoscaler decides, and every number it decides from.
struct ScalingMetrics: Sendable {
    let reconcileDuration: Histogram
    private let desired: Gauge
    private let decisions: CounterVector<Labels2<Catalogue.ScalingDirection, ScalingReason>>
    private let startRate: Gauge
    private let dispersion: Gauge
    private let leadTime: Gauge
    private let quantile: Gauge
    private let freeTarget: Gauge
    private let waiting: Gauge
    private let burnRate: Gauge
    private let floor: Gauge

    init(registry: Registry) {
        reconcileDuration = registry.histogram(OrchestratorFamilies.reconcileDuration)
        desired = registry.gauge(OrchestratorFamilies.enginesDesired)
        decisions = registry.counter(OrchestratorFamilies.scalingDecisions)
        startRate = registry.gauge(OrchestratorFamilies.scalingStartRate)
        dispersion = registry.gauge(OrchestratorFamilies.scalingDispersion)
        leadTime = registry.gauge(OrchestratorFamilies.scalingLeadTime)
        quantile = registry.gauge(OrchestratorFamilies.scalingQuantile)
        freeTarget = registry.gauge(OrchestratorFamilies.scalingFreeTarget)
        waiting = registry.gauge(OrchestratorFamilies.scalingWaiting)
        burnRate = registry.gauge(OrchestratorFamilies.scalingBurnRate)
        floor = registry.gauge(OrchestratorFamilies.scalingFloor)
    }

    func show(_ decision: ScalingDecision) {
        desired.set(decision.desired)
        startRate.set(decision.inputs.startRate)
        dispersion.set(decision.inputs.dispersion)
        leadTime.set(decision.inputs.leadTimeSeconds)
        quantile.set(decision.inputs.quantile)
        freeTarget.set(decision.inputs.freeTarget)
        waiting.set(decision.inputs.waiting)
        burnRate.set(decision.inputs.burnRate)
        floor.set(decision.inputs.floor)
    }

    /// - Parameter minFree: `MIN_REPLICAS`.
    func count(_ decision: ScalingDecision, minFree: Int) {
        let labels = Labels2(
            Catalogue.ScalingDirection(decision.direction), ScalingReason(decision, minFree: minFree))
        decisions[labels].increment()
    }
}

extension Catalogue.ScalingDirection {
    init(_ direction: ScalingDecision.Direction) {
        switch direction {
        case .up: self = .up
        case .down: self = .down
        case .hold: self = .hold
        }
    }
}

extension ScalingReason {
    /// The input that asks for most when engines are added; the first of them in the order of urgency.
    package init(_ decision: ScalingDecision, minFree: Int) {
        let inputs = decision.inputs
        switch decision.direction {
        case .hold: self = .steady
        case .down: self = .surplus
        case .up where inputs.waiting > 0: self = .waiting
        case .up where inputs.floor >= decision.desired: self = .floor
        case .up where inputs.freeTarget > minFree: self = inputs.burnRate >= 1 ? .errorBudget : .demand
        case .up: self = .minimum
        }
    }
}
