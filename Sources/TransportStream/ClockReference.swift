/// The program clock reference: a 33-bit base of 90 kHz and a 9-bit extension of 27 MHz.
public enum ClockReference {
    /// Ticks of 27 MHz in one second.
    public static let ticksPerSecond: UInt64 = 27_000_000
    /// Ticks of 27 MHz after which the clock starts again at 0: 2^33 · 300, a little over 26.5 hours.
    public static let modulus: UInt64 = (1 << 33) * 300

    /// The clock at the six bytes that start at `offset`, in ticks of 27 MHz.
    @inlinable
    public static func read(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
        let high =
            UInt64(bytes[offset]) << 25 | UInt64(bytes[offset + 1]) << 17 | UInt64(bytes[offset + 2]) << 9
        let low = UInt64(bytes[offset + 3]) << 1 | UInt64(bytes[offset + 4]) >> 7
        let fraction = UInt64(bytes[offset + 4] & 1) << 8 | UInt64(bytes[offset + 5])
        return (high | low) * 300 + fraction
    }

    /// Writes `ticks` (27 MHz, taken modulo the clock's range) to the six bytes that start at `offset`.
    public static func write(_ ticks: UInt64, to bytes: UnsafeMutableRawBufferPointer, at offset: Int) {
        let (base, fraction) = (ticks % modulus).quotientAndRemainder(dividingBy: 300)
        bytes[offset] = UInt8(truncatingIfNeeded: base >> 25)
        bytes[offset + 1] = UInt8(truncatingIfNeeded: base >> 17)
        bytes[offset + 2] = UInt8(truncatingIfNeeded: base >> 9)
        bytes[offset + 3] = UInt8(truncatingIfNeeded: base >> 1)
        bytes[offset + 4] = UInt8(truncatingIfNeeded: base & 1) << 7 | 0x7E | UInt8(truncatingIfNeeded: fraction >> 8)
        bytes[offset + 5] = UInt8(truncatingIfNeeded: fraction)
    }

    /// Ticks from `earlier` forward to `later`, across at most one wrap of the clock.
    public static func distance(from earlier: UInt64, to later: UInt64) -> UInt64 {
        later >= earlier ? later - earlier : later + modulus - earlier
    }
}
