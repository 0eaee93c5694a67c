import Foundation

/// All findings of a run.
package struct DoctorReport: Sendable {
    package let findings: [Finding]
    /// The key figures, against what is good, a warning, critical.
    package let figures: [KeyFigure]

    /// 0: all is well; else the sum of 1 (warnings) and the bits of the sections with something critical.
    package var exitCode: Int32 {
        let warning: Int32 = findings.contains { $0.status == .warning } ? 1 : 0
        return findings.filter { $0.status == .critical }.reduce(warning) { $0 | $1.section.bit }
    }

    package var text: String {
        var blocks: [String] = []
        for section in DoctorSection.allCases {
            let own = findings.filter { $0.section == section }
            guard !own.isEmpty else { continue }
            let rows = own.map { [mark($0.status), $0.name, $0.detail] }
            let lines = TextTable(rows: rows).text.split(separator: "\n").map { "  " + $0 }
            let advice = own.compactMap { finding in finding.advice.map { "  → \(finding.name): \($0)" } }
            blocks.append(([section.rawValue] + lines + advice).joined(separator: "\n"))
        }
        if !figures.isEmpty {
            let header = ["FIGURE", "NOW", "STATE", "GOOD", "WARNING", "CRITICAL"]
            let table = TextTable(rows: [header] + figures.map(\.row))
            blocks.append("key figures\n" + table.text.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
        }
        blocks.append(summary)
        return blocks.joined(separator: "\n\n")
    }

    package var json: String {
        struct Document: Encodable {
            let exit_code: Int32
            let summary: String
            let findings: [Finding]
            let figures: [KeyFigure]
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = Document(exit_code: exitCode, summary: summary, findings: findings, figures: figures)
        return (try? encoder.encode(document)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private var summary: String {
        func count(_ status: Finding.Status) -> Int { findings.count { $0.status == status } }
        return "\(count(.ok)) ok, \(count(.warning)) warnings, \(count(.critical)) critical, \(count(.skipped)) skipped"
    }

    private func mark(_ status: Finding.Status) -> String {
        switch status {
        case .ok: "ok"
        case .warning: "WARNING"
        case .critical: "CRITICAL"
        case .skipped: "skipped"
        }
    }
}
