/// A running proxy that names itself: from its start to its end, under a name that no other one has.
public struct ProxyInstance: Sendable, Hashable, Identifiable {
    /// Chosen by the proxy at its start.
    public let id: String
    /// Another one each time the proxy becomes known. A proxy that sees it change was forgotten meanwhile, and reports
    /// its streams again.
    public let registration: UInt64
    public internal(set) var lastHeard: Timestamp
    /// For how long nothing was heard while somebody listened.
    public internal(set) var silence = Duration.zero
    /// Where it serves its metrics, `host:port`; nil where it has not said so.
    public internal(set) var metricsAddress: String?
    /// Engine sessions that it has opened and not reported as streams.
    public internal(set) var unreported: [UnreportedSession] = []

    init(id: String, registration: UInt64, lastHeard: Timestamp) {
        self.id = id
        self.registration = registration
        self.lastHeard = lastHeard
    }

    /// Whether `id` may name a proxy: 1 to 64 letters, digits, `-` or `_` of ASCII.
    public static func isValid(id: String) -> Bool {
        (1...64).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
