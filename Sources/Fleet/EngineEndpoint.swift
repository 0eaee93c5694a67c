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
