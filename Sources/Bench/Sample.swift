/// One figure of one round of a benchmark.
struct Sample {
    /// What a figure should be.
    enum Goal {
        case atMost(Double)
        case atLeast(Double)
        case exactly(Double)

        func isMet(by value: Double) -> Bool {
            switch self {
            case .atMost(let limit): value <= limit
            case .atLeast(let limit): value >= limit
            case .exactly(let wanted): value == wanted
            }
        }

        var text: String {
            switch self {
            case .atMost(let limit): "≤ \(Measure.text(limit))"
            case .atLeast(let limit): "≥ \(Measure.text(limit))"
            case .exactly(let wanted): Measure.text(wanted)
            }
        }
    }

    let name: String
    let unit: String
    let value: Double
    let goal: Goal?

    init(_ name: String, _ value: Double, _ unit: String = "", goal: Goal? = nil) {
        self.name = name
        self.value = value
        self.unit = unit
        self.goal = goal
    }
}
