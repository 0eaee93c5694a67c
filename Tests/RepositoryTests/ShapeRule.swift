/// Where files lie, what they are called and how long they are.
enum ShapeRule {
    static let topLevel: Set = [
        "Package.swift", "Sources", "Tests", "grafana", "alerts", "deploy", "README.md", "LICENSE",
    ]
    static let maxColumns = 120
    static let maxProgramLines = 100

    static func topLevelViolations(paths: [String]) -> [Violation] {
        let names = Set(paths.compactMap { $0.split(separator: "/").first.map(String.init) })
        return names.filter { !topLevel.contains($0) && !$0.hasPrefix(".") }.sorted().map {
            Violation(path: $0, line: 1, message: "the top level holds \(topLevel.sorted().joined(separator: ", "))")
        }
    }

    /// `Type.swift` declares the type; `Type+Aspect.swift` extends it.
    static func nameViolations(path: String, text: String) -> [Violation] {
        let file = path.split(separator: "/").last.map(String.init) ?? path
        let base = String(file.dropLast(".swift".count))
        let parts = base.split(separator: "+", maxSplits: 1).map(String.init)
        guard file.hasSuffix(".swift"), let type = parts.first else { return [] }
        let keywords = parts.count == 1 ? #/\b(?:struct|class|enum|actor|protocol|typealias)\s+(\w+)/# : nil
        let extended = #/\bextension\s+(?:\w+\.)*(\w+)/#
        for (_, line) in text.numberedLines where !line.drop(while: \.isWhitespace).hasPrefix("//") {
            if let keywords, line.matches(of: keywords).contains(where: { $0.1 == type }) { return [] }
            if line.matches(of: extended).contains(where: { $0.1 == type }) { return [] }
        }
        let missing = parts.count == 1 ? "declares no type \(type)" : "does not extend \(type)"
        return [Violation(path: path, line: 1, message: "the file \(missing)")]
    }

    static func columnViolations(path: String, text: String) -> [Violation] {
        text.numberedLines.filter { $0.content.count > maxColumns }.map { line, content in
            Violation(path: path, line: line, message: "\(content.count) columns, \(maxColumns) are allowed")
        }
    }

    /// A program only puts parts together.
    static func programViolations(files: [(path: String, text: String)]) -> [Violation] {
        let lines = files.map { file in
            (
                path: file.path, target: file.path.split(separator: "/").dropFirst().first ?? "",
                count: file.text.numberedLines.count - (file.text.hasSuffix("\n") ? 1 : 0)
            )
        }
        let totals = Dictionary(grouping: lines.filter { LayerRule.programs.contains(String($0.target)) }, by: \.target)
        return totals.compactMap { target, files in
            let total = files.reduce(0) { $0 + $1.count }
            guard total > maxProgramLines, let longest = files.max(by: { $0.count < $1.count }) else { return nil }
            return Violation(
                path: longest.path, line: longest.count,
                message: "\(target) has \(total) lines, a program may have \(maxProgramLines)")
        }
    }
}
