/// The content keys the load asks for: 40 hexadecimal digits each.
package enum DemoChannels {
    /// Every engine of a demonstration answers this key with an error.
    package static let dead = String(repeating: "dead", count: 10)

    /// The key of channel `number`, always the same.
    package static func key(_ number: Int) -> String {
        let digits = String(UInt64(number) &* 0x9E37_79B9_7F4A_7C15 | 1 << 63, radix: 16)
        return digits + String(repeating: "0", count: 24 - digits.count + 16 - String(number).count) + String(number)
    }
}
