/// The proxies that a request has come through, as its `Via` header lists them (RFC 9110, section 7.6.3).
///
/// A proxy that finds itself in the list would be asking itself. The chain of the request being served is
/// ``current``; calls made for it carry it on.
public struct ProxyChain: Sendable, Hashable {
    @TaskLocal public static var current: ProxyChain?

    /// Proxies in a row at most.
    public static let limit = 8
    private static let maximumEntryLength = 128

    /// Their entries, the one that got the request first in front.
    public private(set) var entries: [String] = []

    public init() {}

    /// Reads the values of all `Via` headers of a request.
    /// - Returns: nil when the chain is longer than ``limit``, or has an entry of more than 128 bytes.
    public init?(via: [String]) {
        for value in via {
            for entry in value.split(separator: ",") {
                let words = entry.split { $0 == " " || $0 == "\t" }
                guard !words.isEmpty else { continue }
                let entry = words.joined(separator: " ")
                guard entries.count < Self.limit, entry.utf8.count <= Self.maximumEntryLength else { return nil }
                entries.append(entry)
            }
        }
    }

    /// Whether the request has come through the proxy called `name`.
    public func contains(_ name: String) -> Bool {
        entries.contains { entry in
            entry.split(separator: " ").dropFirst().first.map { $0 == name } ?? false
        }
    }

    /// The header's value for a request that the proxy called `name` makes.
    func header(adding name: String) -> String {
        (entries + ["1.1 \(name)"]).joined(separator: ", ")
    }
}
