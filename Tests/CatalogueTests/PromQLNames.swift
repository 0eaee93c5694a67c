import Foundation
import Telemetry

/// Which metrics a PromQL expression reads.
enum PromQLNames {
    /// A file of this repository.
    static func file(_ path: String) -> URL {
        URL(fileURLWithPath: #filePath).appending(path: "../../..").appending(path: path).standardizedFileURL
    }

    /// Everything that looks like a metric of Weir, strings left out.
    static func metrics(in expression: String) -> Set<String> {
        var names: Set<String> = []
        var word = ""
        var quote: Character?
        for character in expression + " " {
            if let open = quote {
                if character == open { quote = nil }
                continue
            }
            if character.isLetter || character.isNumber || character == "_" || character == ":" {
                word.append(character)
                continue
            }
            if ["orch_", "weir_"].contains(where: word.hasPrefix) { names.insert(word) }
            word = ""
            if character == "\"" || character == "'" { quote = character }
        }
        return names
    }

    /// The names under which Prometheus stores a family.
    static func exposed(_ family: MetricFamily) -> [String] {
        family.kind == .histogram ? ["", "_bucket", "_sum", "_count"].map { family.name + $0 } : [family.name]
    }
}
