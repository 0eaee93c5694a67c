/// Amounts of memory as people write them in settings.
public enum ByteCountSyntax {
    /// Parses `4194304`, `4MB` (10⁶), `4.2MiB` (2²⁰), `4,096 KiB`, with or without a space, in any case. Parts of a
    /// byte are dropped.
    public static func parse(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == ",") }
        let unit = text.dropFirst(digits.count).filter { $0 != " " }.lowercased()
        guard let amount = Double(digits.filter { $0 != "," }), let factor = bytesPerUnit[unit] else { return nil }
        let bytes = (amount * factor).rounded(.down)
        return bytes < 9e18 ? Int(bytes) : nil
    }

    private static let bytesPerUnit: [String: Double] = {
        var factors: [String: Double] = ["": 1, "b": 1]
        for (power, prefix) in ["k", "m", "g", "t", "p"].enumerated() {
            let decimal = (0..<power).reduce(1e3) { product, _ in product * 1e3 }
            let binary = (0..<power).reduce(1024.0) { product, _ in product * 1024 }
            factors[prefix] = decimal
            factors[prefix + "b"] = decimal
            factors[prefix + "i"] = binary
            factors[prefix + "ib"] = binary
        }
        return factors
    }()
}
