import Foundation

/// What the rounds of a benchmark have in common: one figure's median, with its lowest and highest value as the noise.
struct Measure: Codable {
    let name: String
    let unit: String
    let median: Double
    let lowest: Double
    let highest: Double
    let goal: String?
    /// Whether the median is as it should be; nil without a goal.
    let isMet: Bool?

    init(_ samples: [Sample]) {
        let spread = Spread(samples.map(\.value))
        name = samples.first?.name ?? ""
        unit = samples.first?.unit ?? ""
        median = spread.median
        lowest = spread.quantile(0)
        highest = spread.quantile(1)
        let goal = samples.first?.goal
        self.goal = goal?.text
        isMet = goal?.isMet(by: spread.median)
    }

    /// Two decimals, none for a whole number.
    static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : String(format: "%.2f", value)
    }
}
