import Foundation
import TestSupport

/// The figures of a soak as a table.
struct SoakReport {
    struct Row {
        let name: String
        /// Median of the first fifth, of the last fifth, and the highest.
        let first: Double
        let last: Double
        let highest: Double
        /// For each minute, over the second half; nil where there is no trend to tell.
        let trend: Trend?
        let unit: String
    }

    var rows: [Row] = []
    var lines: [String] = []

    mutating func add(
        _ name: String, _ unit: String, scale: Double = 1, _ samples: [SoakSampler.Sample],
        _ figure: (SoakSampler.Sample) -> Int?
    ) {
        let values = samples.compactMap(figure).map { Double($0) / scale }
        guard !values.isEmpty else { return }
        let part = max(1, values.count / 5)
        let trend = SoakSampler.trend(samples, figure)
        rows.append(
            Row(
                name: name, first: Trend.median(Array(values.prefix(part))) ?? 0,
                last: Trend.median(Array(values.suffix(part))) ?? 0, highest: values.max() ?? 0,
                trend: trend.map { Trend(slope: $0.slope / scale, noise: $0.noise / scale) }, unit: unit))
    }

    var text: String {
        func cell(_ value: Double) -> String { String(format: "%10.2f", value) }
        let head = "soak: figure                     first      last   highest   a minute     noise"
        let table = rows.map { row in
            let name = "soak: \(row.name), \(row.unit)".padding(toLength: 28, withPad: " ", startingAt: 0)
            let trend = row.trend.map { cell($0.slope) + cell($0.noise) } ?? ""
            return name + cell(row.first) + cell(row.last) + cell(row.highest) + trend
        }
        return ([head] + table + lines.map { "soak: " + $0 }).joined(separator: "\n")
    }
}
