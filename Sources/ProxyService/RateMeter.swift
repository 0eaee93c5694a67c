/// The rate of a growing count, of late: a measurement a second, each older one half as heavy as two seconds before.
struct RateMeter: Sendable {
    private var last: (bytes: UInt64, at: ContinuousClock.Instant)?
    private var rate: Double?

    /// Bit/s; nil before there are two measurements.
    var bitsPerSecond: Double? { rate }

    mutating func note(_ bytes: UInt64, at now: ContinuousClock.Instant) {
        defer { last = (bytes, now) }
        guard let last, bytes >= last.bytes else { return }
        let seconds = last.at.duration(to: now) / .seconds(1)
        guard seconds > 0 else { return }
        let current = Double(bytes - last.bytes) * 8 / seconds
        // 2^(-t/2 s), without a mathematics library.
        let weight = 1 / (1 + seconds * 0.35 + seconds * seconds * 0.06)
        rate = rate.map { $0 * weight + current * (1 - weight) } ?? current
    }
}
