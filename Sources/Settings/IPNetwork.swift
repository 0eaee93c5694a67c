/// A range of addresses in CIDR notation (RFC 4632, RFC 4291 section 2.3).
public struct IPNetwork: Sendable, Hashable, CustomStringConvertible {
    private let base: IPAddress
    /// Leading bits that count, of 128.
    private let length: Int

    /// Parses `10.0.0.0/8`, `fd00::/8`, or an address alone. Bits behind the prefix must be zero.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress($0) }) else { return nil }
        let bits = address.isV4 && !parts[0].contains(":") ? 32 : 128
        var prefix = bits
        if parts.count > 1 {
            guard parts[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let given = Int(parts[1]), (0...bits).contains(given)
            else { return nil }
            prefix = given
        }
        length = prefix + 128 - bits
        base = address
        guard Self.masked(address, length) == address else { return nil }
    }

    public func contains(_ address: IPAddress) -> Bool {
        Self.masked(address, length) == base
    }

    public var description: String {
        let bits = base.isV4 && length >= 96 ? length - 96 : length
        return "\(base)/\(bits)"
    }

    /// Parses networks separated by commas.
    static func list(_ text: String) -> [IPNetwork]? {
        var networks: [IPNetwork] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let network = IPNetwork(String(part.filter { $0 != " " })) else { return nil }
            networks.append(network)
        }
        return networks
    }

    private static func masked(_ address: IPAddress, _ length: Int) -> IPAddress {
        let high = length >= 64 ? UInt64.max : ~(UInt64.max >> UInt64(length))
        let low = length <= 64 ? 0 : length >= 128 ? UInt64.max : ~(UInt64.max >> UInt64(length - 64))
        return IPAddress(high: address.high & high, low: address.low & low)
    }
}
