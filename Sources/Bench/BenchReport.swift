import Foundation

/// One row's figures.
struct BenchReport: Codable {
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

    /// Measures as often as asked, telling on standard error how far it is.
    /// - Parameter round: measures once, with the programs of a directory: that of this one.
    static func measuring(
        _ row: String, title: String, rounds: Int, round: (_ programs: String) throws(BenchError) -> [Sample]
    ) throws(BenchError) -> BenchReport {
        let programs = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
        var samples: [[Sample]] = []
        for number in 1...rounds {
            FileHandle.standardError.write(Data("measuring: \(row), round \(number) of \(rounds)\n".utf8))
            let busy = BenchSite.busyShare()
            samples.append(
                try round(programs) + [Sample("the machine's other work, before a round", busy * 100, "%")])
        }
        return BenchReport(row: row, title: title, samples: samples)
    }

    static func json(_ reports: [BenchReport]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(reports), as: UTF8.self)
    }
}
