/// Times as people write them in settings.
public enum DurationSyntax {
    /// Parses seconds (`30`, `0.5`) or a sequence of Go's units (`1h30m`, `500ms`). Negative times are refused.
    public static func parse(_ text: String) -> Duration? {
        if let seconds = Double(text) {
            return seconds.isFinite && seconds >= 0 && seconds < 1e12 ? .seconds(seconds) : nil
        }
        var rest = text.hasPrefix("+") ? text.dropFirst() : text[...]
        var total = Duration.zero
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { !$0.isNumber && $0 != "." }
            rest = rest.dropFirst(unit.count)
            guard let amount = Double(digits), amount < 1e12, let seconds = secondsPerUnit[String(unit)] else {
                return nil
            }
            total += .seconds(amount * seconds)
        }
        return total
    }

    private static let secondsPerUnit: [String: Double] = [
        "ns": 1e-9, "us": 1e-6, "\u{B5}s": 1e-6, "\u{3BC}s": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600,
    ]
}
