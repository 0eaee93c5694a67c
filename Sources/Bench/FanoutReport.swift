import Foundation

/// One row's figures.
struct FanoutReport: Codable {
    let row: String
    let title: String
    let rounds: Int
    let measures: [Measure]

    /// - Parameter samples: of each round.
    init(row: String, title: String, samples: [[Sample]]) {
        self.row = row
        self.title = title
        rounds = samples.count
        measures = (samples.first ?? []).map { one in
            Measure(samples.compactMap { round in round.first { $0.name == one.name } })
        }
    }

    var text: String {
        let lines = measures.map { measure in
            let name = measure.name.padding(toLength: 46, withPad: " ", startingAt: 0)
            let noise = "\(Measure.text(measure.lowest)) … \(Measure.text(measure.highest))"
            var line = "  \(name) \(Measure.text(measure.median)) \(measure.unit)  (\(noise))"
            if let goal = measure.goal {
                line += "  goal \(goal): \(measure.isMet == true ? "met" : "missed")"
            }
            return line
        }
        return (["\(row): \(title); median of \(rounds) (lowest … highest)"] + lines).joined(separator: "\n")
    }
}
