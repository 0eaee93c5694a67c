/// Amounts of memory as people write them in settings.
public enum ByteCountSyntax {
    /// Parses `4194304`, `4MB` (10⁶), `4.2MiB` (2²⁰), with or without a space, in any case.
    public static func parse(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
        guard let amount = Double(digits), let factor = bytesPerUnit[unit] else { return nil }
        let bytes = (amount * factor).rounded()
        return bytes < 9e18 ? Int(bytes) : nil
    }

    private static let bytesPerUnit: [String: Double] = [
        "": 1, "b": 1, "k": 1e3, "kb": 1e3, "kib": 1024, "m": 1e6, "mb": 1e6, "mib": 1_048_576,
        "g": 1e9, "gb": 1e9, "gib": 1_073_741_824,
    ]
}
