/// Nobody is resumed under a lock: resuming a task takes its status lock, under which a cancellation calls `onCancel`,
/// and where that takes the same lock, two threads wait for each other for ever.
enum LockRule {
    static func violations(path: String, text: String) -> [Violation] {
        text.ranges(of: "withLock").flatMap { use in
            let body = closure(in: text[use.upperBound...])
            return body.ranges(of: ".resume(").map { call in
                let line = text[..<call.lowerBound].count { $0 == "\n" } + 1
                return Violation(path: path, line: line, message: "resumes a continuation under a lock")
            }
        }
    }

    /// What the first pair of braces encloses. Braces in comments and texts are taken for code.
    private static func closure(in text: Substring) -> Substring {
        guard let open = text.firstIndex(of: "{") else { return "" }
        var depth = 0
        for index in text[open...].indices {
            if text[index] == "{" { depth += 1 }
            if text[index] == "}" { depth -= 1 }
            if depth == 0 { return text[open...index] }
        }
        return ""
    }
}
