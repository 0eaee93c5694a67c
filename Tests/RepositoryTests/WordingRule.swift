/// What no file may say. The words are put together here so that this file does not say them.
enum WordingRule {
    static let unfinished = ["TO" + "DO", "FIX" + "ME"]
    static let hasty = ["try" + "!", "as" + "!", "fatal" + "Error(", "@test" + "able"]
    static let unchecked = "@unchecked" + " Sendable"

    /// For every text file.
    static func unfinishedViolations(path: String, text: String) -> [Violation] {
        text.numberedLines.flatMap { line, content in
            unfinished.filter { content.saysWord($0) }.map {
                Violation(path: path, line: line, message: "says \($0): finish it or leave it out")
            }
        }
    }

    /// For Swift files.
    static func hastyViolations(path: String, text: String) -> [Violation] {
        text.numberedLines.flatMap { line, content in
            hasty.filter { content.saysWord($0) }.map {
                Violation(path: path, line: line, message: "says \($0): handle the failure, use the public interface")
            }
        }
    }

    /// For Swift files: who promises to do the compiler's work says how.
    static func uncheckedViolations(path: String, text: String) -> [Violation] {
        let lines = text.numberedLines
        return lines.enumerated().compactMap { index, element in
            guard let range = element.content.firstRange(of: unchecked) else { return nil }
            // Attributes may stand between the comment and the declaration.
            let above =
                lines[..<index].reversed().lazy.map { $0.content.drop(while: \.isWhitespace) }
                .first { !$0.hasPrefix("@") } ?? ""
            let isInComment = element.content[..<range.lowerBound].contains("//")
            if isInComment || element.content.contains("//") || above.hasPrefix("//") { return nil }
            return Violation(
                path: path, line: element.line,
                message: "\(unchecked) without a comment that names the lock or the event loop that protects it")
        }
    }
}

extension Substring {
    /// Whether the word occurs without a letter or digit touching its letters.
    fileprivate func saysWord(_ word: String) -> Bool {
        ranges(of: word).contains { range in
            let before = range.lowerBound > startIndex ? self[index(before: range.lowerBound)] : " "
            let after = range.upperBound < endIndex ? self[range.upperBound] : " "
            return !before.isWordCharacter && !(word.last?.isLetter == true && after.isWordCharacter)
        }
    }
}

extension Character {
    fileprivate var isWordCharacter: Bool { isLetter || isNumber || self == "_" }
}
