/// Engines that a request does not want, each by its id or by its address.
public struct ExcludedEngines: Sendable, Hashable {
    private let ids: Set<String>
    private let endpoints: Set<EngineEndpoint>

    /// - Parameter names: ids of engines, or `host:port`.
    public init(_ names: some Sequence<String> = []) {
        ids = Set(names)
        endpoints = Set(ids.compactMap(Self.endpoint))
    }

    public var count: Int { ids.count }

    public func contains(_ engine: Engine) -> Bool {
        guard !ids.isEmpty else { return false }
        return ids.contains(engine.id) || endpoints.contains { $0.isSame(as: engine.endpoint) }
    }

    private static func endpoint(_ name: String) -> EngineEndpoint? {
        guard let colon = name.lastIndex(of: ":"), colon != name.startIndex, let port = Int(name[colon...].dropFirst())
        else { return nil }
        return EngineEndpoint(host: String(name[..<colon]), port: port)
    }
}
