/// Repeated measurements of one thing.
struct Spread {
    private let sorted: [Double]

    init(_ values: [Double]) {
        sorted = values.sorted()
    }

    var median: Double { quantile(0.5) }

    /// The value that a share of `share` of all measurements does not exceed (nearest rank).
    func quantile(_ share: Double) -> Double {
        sorted.isEmpty ? .nan : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
    }

    /// Half the distance between the quartiles: what two measurements of the same thing differ by.
    var noise: Double { (quantile(0.75) - quantile(0.25)) / 2 }
}
