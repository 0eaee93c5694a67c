import Glibc

/// An IPv4 or IPv6 address. An IPv4 address written in IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// The address as one of IPv6, IPv4 in its mapped form (RFC 4291, section 2.5.5.2).
    let high: UInt64
    let low: UInt64

    private static let mapped: UInt64 = 0xFFFF_0000_0000

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Parses an address without port, brackets or zone; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 45 else { return nil }
        let text = String(text)
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.init(high: 0, low: Self.mapped | Self.number(bytes[0..<4]))
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            self.init(high: Self.number(bytes[0..<8]), low: Self.number(bytes[8..<16]))
        } else {
            return nil
        }
    }

    public var isV4: Bool { high == 0 && low >> 32 == Self.mapped >> 32 }

    /// Whether the address is one of this machine's own: 127.0.0.0/8 or ::1.
    public var isLoopback: Bool { isV4 ? (low >> 24) & 0xFF == 127 : high == 0 && low == 1 }

    /// What counts as one client: an IPv4 address; of IPv6 the first 64 bits, which is what one subscriber is given
    /// at least (RFC 6177).
    public var client: IPAddress { isV4 ? self : IPAddress(high: high, low: 0) }

    public var description: String {
        var bytes = Self.bytes(high) + Self.bytes(low)
        let family = isV4 ? AF_INET : AF_INET6
        if isV4 { bytes = Array(bytes[12...]) }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
    }
}
