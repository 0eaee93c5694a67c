import HTTPTypes
import Hummingbird
import Settings

/// Who a request is from and how it came, where proxies that are trusted have passed it on.
struct Forwarding: Sendable {
    let trusted: [IPNetwork]

    private static let forwardedFor = HTTPField.Name("X-Forwarded-For")
    private static let forwardedProto = HTTPField.Name("X-Forwarded-Proto")

    /// The address of the client: the peer, or the last one of `X-Forwarded-For` that is not trusted itself.
    func client(_ request: Request, _ context: APIContext) -> String {
        let peer = context.peerAddress
        guard isTrusted(peer), let name = Self.forwardedFor else { return peer }
        let named = request.headers[values: name].joined(separator: ",").split(separator: ",").reversed()
        var client = peer
        for part in named {
            guard let address = IPAddress(part.filter { $0 != " " }) else { break }
            client = address.description
            if !isTrusted(client) { break }
        }
        return client
    }

    /// `https` where a trusted proxy says so.
    func scheme(_ request: Request, _ context: APIContext) -> String {
        guard isTrusted(context.peerAddress), let name = Self.forwardedProto,
            let last = request.headers[values: name].last?.split(separator: ",").last
        else { return "http" }
        return last.filter { $0 != " " }.lowercased() == "https" ? "https" : "http"
    }

    private func isTrusted(_ text: String) -> Bool {
        guard !trusted.isEmpty, let address = IPAddress(text) else { return false }
        return trusted.contains { $0.contains(address) }
    }
}
