/// Durations as people write them: a decimal number and a unit, e.g. `500ms`, `1.5s`, `2m`.
enum DurationText {
    /// Units and their nanoseconds.
    private static let units: [(name: String, nanoseconds: Double)] = [
        ("ms", 1e6), ("us", 1e3), ("ns", 1), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
    ]

    /// The nanoseconds that `text` stands for; nil when it is no duration. A number without unit means seconds.
    static func nanoseconds(_ text: some StringProtocol) -> UInt64? {
        let unit = units.first { text.hasSuffix($0.name) }
        let number = text.dropLast(unit?.name.count ?? 0)
        guard let value = Double(number), value >= 0, value * (unit?.nanoseconds ?? 1e9) < 1e17 else { return nil }
        return UInt64(value * (unit?.nanoseconds ?? 1e9))
    }
}
