/// The id of an HDHomeRun tuner: 32 bits, written as eight hexadecimal digits, whose last digit is a checksum.
///
/// The checksum is right when the exclusive or of all digits is zero, where the first, third, fifth and seventh go
/// through a table (libhdhomerun, `hdhomerun_discover_validate_device_id`).
public struct TunerID: Sendable, Hashable, CustomStringConvertible {
    private static let table: [UInt32] = [10, 5, 15, 6, 7, 12, 1, 11, 9, 2, 8, 13, 4, 3, 14, 0]

    public let value: UInt32

    /// The id that `seed` stands for: the same for the same seed, everywhere.
    public init(seed: some Sequence<UInt8>) {
        // FNV-1a.
        let hash = seed.reduce(0x811c_9dc5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        // Tuners of the maker begin with a 1.
        let free = 0x1000_0000 | hash & 0x0fff_fff0
        value = free | Self.checksum(free)
    }

    /// Eight hexadecimal digits with the right checksum.
    public init?(_ text: String) {
        guard text.utf8.count == 8, let value = UInt32(text, radix: 16), Self.checksum(value) == 0 else { return nil }
        self.value = value
    }

    public var description: String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static func checksum(_ value: UInt32) -> UInt32 {
        (0..<8).reduce(0) { sum, place in
            let digit = value >> (28 - 4 * place) & 0xf
            return sum ^ (place.isMultiple(of: 2) ? table[Int(digit)] : digit)
        }
    }
}
