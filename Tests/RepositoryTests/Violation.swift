/// A place in the repository that breaks a rule.
struct Violation: Hashable, CustomStringConvertible {
    var path: String
    /// Counted from 1.
    var line: Int
    var message: String

    var description: String { "\(path):\(line): \(message)" }
}

extension Sequence<Violation> {
    /// One line each, to be read in a test's report.
    var listed: String { map(\.description).joined(separator: "\n") }
}
