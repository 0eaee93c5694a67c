extension SLOPolicy {
    /// Says in one sentence what was decided and from which numbers.
    struct Explanation {
        let signals: ScalingSignals
        let plan: Plan
        let held: Int
        let desired: Int
        let bounds: ScalingBounds

        init(_ signals: ScalingSignals, plan: Plan, held: Int, desired: Int, bounds: ScalingBounds) {
            self.signals = signals
            self.plan = plan
            self.held = held
            self.desired = desired
            self.bounds = bounds
        }

        var sentence: String { "\(cause); \(signals.free) free now\(onTheWay): \(action)\(limit)" }

        private var onTheWay: String {
            let starting = signals.current - signals.free - signals.used
            return starting > 0 ? ", \(starting) on the way" : ""
        }

        private var cause: String {
            if plan.isFloor {
                let engines = signals.floor == 1 ? "1 engine" : "\(signals.floor) engines"
                return "a floor of \(engines) was set by hand, \(signals.current) exist"
            }
            let rate = Self.decimal(signals.demand.startsPerSecond, places: 2)
            let lead = Self.decimal(signals.leadTimeSeconds, places: 2)
            let quantile = Self.decimal(plan.quantile * 100, places: 2)
            var text = "start rate \(rate)/s × lead time \(lead) s → \(plan.slots) free "
            text += signals.slotsPerEngine == 1 ? "engine" : "slot"
            if plan.slots != 1 { text += "s" }
            text += " at the \(quantile) % quantile"
            if plan.freeTarget == bounds.minFree, plan.slots < plan.freeTarget * signals.slotsPerEngine {
                text += ", MIN_REPLICAS keeps \(bounds.minFree)"
            }
            if signals.waiting > 0 { text += "; \(signals.waiting) waiting for an engine" }
            if signals.burnRate >= 1 {
                text += "; error budget burns at \(Self.decimal(signals.burnRate, places: 1))×"
            }
            return text
        }

        private var action: String {
            let difference = desired - signals.current
            if difference > 0 {
                return "add \(difference)" + (plan.wanted < desired ? holdReason : "")
            }
            if difference < 0 { return "remove \(-difference)" }
            return "hold \(desired)" + (plan.wanted < min(held, bounds.maxReplicas) ? holdReason : "")
        }

        private var holdReason: String { ", fewer must suffice for \(bounds.holdMilliseconds / 1000) s first" }

        private var limit: String {
            held > bounds.maxReplicas && desired >= bounds.maxReplicas ? " (limited by MAX_REPLICAS)" : ""
        }

        /// A number with up to `places` decimals, without trailing zeros.
        static func decimal(_ value: Double, places: Int) -> String {
            var scale: Int64 = 1
            for _ in 0..<places { scale *= 10 }
            let scaled = Int64(min(max((value * Double(scale)).rounded(), -9e15), 9e15))
            var digits = String(scaled.magnitude % UInt64(scale))
            digits = String(repeating: "0", count: places - min(places, digits.count)) + digits
            while digits.hasSuffix("0") { digits.removeLast() }
            let whole = (scaled < 0 ? "-" : "") + String(scaled.magnitude / UInt64(scale))
            return digits.isEmpty ? whole : "\(whole).\(digits)"
        }
    }
}
