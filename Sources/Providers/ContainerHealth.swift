/// How a container is, by its own health check where it has one.
public enum ContainerHealth: String, Sendable, Hashable, CaseIterable {
    /// Its check passes, or it has none and runs.
    case healthy
    case unhealthy
    /// Its check has not passed yet.
    case starting
    /// It does not run.
    case stopped
}
