/// Where an engine's HTTP API listens.
public struct EngineEndpoint: Sendable, Hashable {
    public var host: String
    public var port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}

extension EngineEndpoint: CustomStringConvertible {
    public var description: String { "\(host):\(port)" }
}

extension EngineEndpoint {
    /// Whether both name the same listener; `localhost` and the loopback addresses count as one host.
    public func isSame(as other: EngineEndpoint) -> Bool {
        port == other.port && Self.canonical(host) == Self.canonical(other.host)
    }

    /// The same for all names of a listener.
    var canonical: EngineEndpoint { EngineEndpoint(host: Self.canonical(host), port: port) }

    private static func canonical(_ host: String) -> String {
        ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host) ? "127.0.0.1" : host
    }
}
