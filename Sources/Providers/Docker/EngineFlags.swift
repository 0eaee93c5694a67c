/// The flags in an engine's `CONF`: `--name=value` or `--name value`, divided by blanks or lines.
struct EngineFlags: Sendable {
    private let words: [Substring]

    init(_ conf: String) {
        words = conf.split(whereSeparator: \.isWhitespace)
    }

    /// The last value given for a port; nil when none is.
    func port(_ name: String) -> Int? {
        var port: Int?
        for (index, word) in words.enumerated() {
            let value: Substring?
            if word == "--\(name)" {
                value = words.dropFirst(index + 1).first
            } else {
                value = word.hasPrefix("--\(name)=") ? word.dropFirst(name.count + 3) : nil
            }
            if let value, let number = Int(value), (1...65535).contains(number) { port = number }
        }
        return port
    }
}
