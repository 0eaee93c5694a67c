import Fleet

/// The URL by which players reach this proxy.
package enum PublicAddress {
    /// `http://` and the request's Host, when that is a host name or address with or without a port (RFC 9110,
    /// section 7.2) and nothing else: it goes into playlists, XML and JSON.
    package static func url(host: String) -> String? {
        guard host.utf8.count <= 255 else { return nil }
        var port: Substring?
        let name: Substring
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") {
            name = host[...end]
            let rest = host[host.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
            if !rest.isEmpty { port = rest.dropFirst() }
            let address = name.dropFirst().dropLast()
            guard address.contains(":"),
                address.utf8.allSatisfy({
                    PercentEncoding.hexDigit($0) != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
                })
            else { return nil }
        } else {
            let parts = host.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            name = parts[0]
            if parts.count > 1 { port = parts[1] }
            guard !name.isEmpty, name.utf8.allSatisfy(isNameByte) else { return nil }
        }
        if let port {
            let isNumber = (1...5).contains(port.utf8.count) && port.utf8.allSatisfy { (0x30...0x39).contains($0) }
            guard isNumber, let number = Int(port), (1...65535).contains(number) else { return nil }
        }
        return "http://\(host)"
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
