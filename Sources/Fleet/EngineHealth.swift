/// What the health probes say of an engine; raw values are those of the REST contract.
public enum EngineHealth: String, Sendable, Hashable, CaseIterable {
    case healthy
    case unhealthy
    /// Not probed yet, or still starting.
    case unknown
}
