import Foundation

/// A file of variables, one `NAME=value` a line, as Docker, Compose, systemd and shells take them.
///
/// Empty lines and those that begin with `#` say nothing; `export ` before a name, and quotes around a value, are taken
/// off; a `#` behind a blank begins a comment. Nothing is expanded.
public struct EnvironmentFile: Sendable, Hashable {
    /// No file of settings is longer.
    private static let maximumBytes = 1 << 20

    public let path: String
    public private(set) var values: [String: String] = [:]

    /// Reads a file. Blocks.
    /// - Throws: ``SettingsError`` with everything that is wrong with it.
    public init(path: String) throws(SettingsError) {
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw SettingsError(problems: ["\(path) cannot be read"])
        }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: Self.maximumBytes + 1), data.count <= Self.maximumBytes else {
            throw SettingsError(problems: ["\(path) cannot be read, or has more than 1 MiB"])
        }
        try self.init(path: path, text: String(decoding: data, as: UTF8.self))
    }

    /// - Parameter path: what the file is called in messages.
    public init(path: String, text: String) throws(SettingsError) {
        self.path = path
        var problems: [String] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let line = line.trimmed
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let place = "\(path):\(index + 1)"
            guard let (name, value) = Self.assignment(line) else {
                problems.append("\(place): \"\(line.prefix(60))\" is not of the form NAME=value")
                continue
            }
            if values[name] != nil { problems.append("\(place): \(name) is set a second time") }
            values[name] = value
        }
        if !problems.isEmpty { throw SettingsError(problems: problems) }
    }

    private static func assignment(_ line: Substring) -> (name: String, value: String)? {
        var line = line
        if line.hasPrefix("export ") { line = line.dropFirst("export ".count).trimmed }
        guard let sign = line.firstIndex(of: "=") else { return nil }
        let name = line[..<sign]
        guard let first = name.first, first.isLetter || first == "_",
            name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
        else { return nil }
        return value(line[line.index(after: sign)...].trimmed).map { (String(name), $0) }
    }

    private static func value(_ text: Substring) -> String? {
        guard let quote = text.first, quote == "\"" || quote == "'" else {
            let comment = text.firstRange(of: " #")?.lowerBound ?? text.endIndex
            return String(text[..<comment].trimmed)
        }
        let inner = text.dropFirst()
        guard let end = inner.firstIndex(of: quote) else { return nil }
        let rest = inner[inner.index(after: end)...].trimmed
        return rest.isEmpty || rest.hasPrefix("#") ? String(inner[..<end]) : nil
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
