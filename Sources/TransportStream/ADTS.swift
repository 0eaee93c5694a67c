/// AAC frames in their transport framing (ISO/IEC 13818-7).
enum ADTS {
    private static let rates: [UInt64] = [
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350,
    ]

    /// How long whole frames play, in ticks of 90 kHz, rounded up. Nil when the bytes are anything else.
    static func duration(of bytes: [UInt8]) -> UInt64? {
        var offset = 0
        var samples: UInt64 = 0
        var rate: UInt64 = 0
        while offset + 7 <= bytes.count {
            let index = Int(bytes[offset + 2] >> 2 & 0x0F)
            guard bytes[offset] == 0xFF, bytes[offset + 1] & 0xF6 == 0xF0, index < rates.count else { return nil }
            let size =
                Int(bytes[offset + 3] & 3) << 11 | Int(bytes[offset + 4]) << 3 | Int(bytes[offset + 5]) >> 5
            guard size >= 7 else { return nil }
            samples += 1024 * (UInt64(bytes[offset + 6] & 3) + 1)
            rate = rates[index]
            offset += size
        }
        return rate > 0 ? (samples * Timestamp.ticksPerSecond + rate - 1) / rate : nil
    }
}
