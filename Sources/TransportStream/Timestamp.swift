/// A presentation or decoding time stamp: 33 bits of 90 kHz, spread over five bytes with marker bits.
public enum Timestamp {
    /// Ticks of 90 kHz in one second.
    public static let ticksPerSecond: UInt64 = 90_000
    /// Ticks of 90 kHz after which time stamps start again at 0.
    public static let modulus: UInt64 = 1 << 33

    /// The time stamp at the five bytes that start at `offset`, in ticks of 90 kHz.
    public static func read(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
        UInt64(bytes[offset] & 0x0E) << 29 | UInt64(bytes[offset + 1]) << 22 | UInt64(bytes[offset + 2] & 0xFE) << 14
            | UInt64(bytes[offset + 3]) << 7 | UInt64(bytes[offset + 4]) >> 1
    }

    /// Writes `ticks` (taken modulo 2^33) to the five bytes that start at `offset`.
    ///
    /// - Parameter prefix: the upper four bits of the first byte (2: presentation alone, 3: presentation before
    ///   decoding, 1: decoding); nil keeps those that are there.
    public static func write(
        _ ticks: UInt64, to bytes: UnsafeMutableRawBufferPointer, at offset: Int, prefix: UInt8? = nil
    ) {
        let upper = prefix.map { $0 << 4 } ?? bytes[offset] & 0xF0
        bytes[offset] = upper | UInt8(truncatingIfNeeded: ticks >> 29) & 0x0E | 1
        bytes[offset + 1] = UInt8(truncatingIfNeeded: ticks >> 22)
        bytes[offset + 2] = UInt8(truncatingIfNeeded: ticks >> 14) | 1
        bytes[offset + 3] = UInt8(truncatingIfNeeded: ticks >> 7)
        bytes[offset + 4] = UInt8(truncatingIfNeeded: ticks << 1) | 1
    }

    /// Ticks from `earlier` forward to `later`, across at most one wrap.
    public static func distance(from earlier: UInt64, to later: UInt64) -> UInt64 {
        (later &- earlier) % modulus
    }
}
