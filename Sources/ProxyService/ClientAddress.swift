import NIOCore
package import NIOHTTP1
package import Settings

/// Whose request it is: the peer, or whom trusted proxies in front of this one name.
package struct ClientAddress: Sendable {
    private let trusted: [IPNetwork]

    package init(trusted: [IPNetwork]) {
        self.trusted = trusted
    }

    func isTrusted(_ address: IPAddress) -> Bool {
        trusted.contains { $0.contains(address) }
    }

    /// The client of a request that came from `peer`.
    ///
    /// A peer that is not trusted is the client, whatever it says. Otherwise the addresses that `X-Forwarded-For` or
    /// `Forwarded` (RFC 7239) lists are read from the right, and the first that is not trusted is the client. Where a
    /// request carries both headers and they disagree, neither counts: a proxy that sets the one lets the other pass as
    /// its client has written it.
    package func client(of headers: HTTPHeaders, peer: IPAddress) -> IPAddress {
        guard isTrusted(peer) else { return peer }
        let listed = [
            headers["x-forwarded-for"].joined(separator: ","), headers["forwarded"].joined(separator: ","),
        ]
        let named = [
            listed[0].isEmpty ? nil : client(behind: peer, Self.forwardedFor(listed[0])),
            listed[1].isEmpty ? nil : client(behind: peer, Self.forwarded(listed[1])),
        ].compactMap(\.self)
        guard let first = named.first, named.allSatisfy({ $0 == first }) else { return peer }
        return first
    }

    /// Whether a request names somebody on whose behalf it is sent.
    static func isForwarded(_ headers: HTTPHeaders) -> Bool {
        ["x-forwarded-for", "forwarded", "x-real-ip", "via"].contains { headers.contains(name: $0) }
    }

    /// - Parameter chain: nil where an entry is no address.
    private func client(behind peer: IPAddress, _ chain: [IPAddress?]) -> IPAddress {
        var client = peer
        for address in chain.reversed() {
            guard let address else { return client }
            client = address
            if !isTrusted(address) { return client }
        }
        return client
    }

    private static func forwardedFor(_ text: String) -> [IPAddress?] {
        text.split(separator: ",", omittingEmptySubsequences: false).suffix(64).map { address($0) }
    }

    private static func forwarded(_ text: String) -> [IPAddress?] {
        split(text, at: ",").suffix(64).map { element in
            let pair = split(element, at: ";").first { $0.drop { $0 == " " }.lowercased().hasPrefix("for=") }
            guard let value = pair?.drop(while: { $0 == " " }).dropFirst(4) else { return nil }
            return address(String(value.filter { $0 != "\"" }))
        }
    }

    /// Splits outside quotes.
    private static func split(_ text: some StringProtocol, at separator: Character) -> [Substring] {
        var parts: [Substring] = []
        var isQuoted = false
        let text = Substring(text)
        var start = text.startIndex
        for index in text.indices {
            if text[index] == "\"" { isQuoted.toggle() }
            guard text[index] == separator, !isQuoted else { continue }
            parts.append(text[start..<index])
            start = text.index(after: index)
        }
        return parts + [text[start...]]
    }

    /// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`.
    private static func address(_ text: some StringProtocol) -> IPAddress? {
        let text = String(text.filter { $0 != " " && $0 != "\t" })
        if text.hasPrefix("[") {
            return text.firstIndex(of: "]").flatMap { IPAddress(text[text.index(after: text.startIndex)..<$0]) }
        }
        if text.filter({ $0 == ":" }).count == 1 { return IPAddress(text.prefix { $0 != ":" }) }
        return IPAddress(text)
    }
}

extension NIOCore.SocketAddress {
    /// The address without its port; nil for a Unix socket.
    var ip: IPAddress? {
        ipAddress.flatMap { IPAddress($0.prefix { $0 != "%" }) }
    }
}
