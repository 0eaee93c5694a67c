/// What a mutation of the fleet has changed: to be persisted, logged and counted by whoever owns the state.
public enum FleetChange: Sendable, Hashable {
    case engineAdded(Engine)
    case engineChanged(Engine)
    case engineReady(Engine)
    case engineUnhealthy(Engine)
    case engineRecovered(Engine)
    /// Starts on it keep failing: it gets none for a while.
    case engineEjected(Engine)
    case engineReadmitted(Engine)
    case engineRemoved(Engine, RemovalReason)
    case streamStarted(StreamRecord)
    /// Something about a running stream that only its record shows.
    case streamChanged(StreamRecord)
    case streamEnded(StreamRecord)
    /// A proxy fell silent; what it held ends with it, its unreported sessions too.
    case proxyLost(ProxyInstance, streams: Int, leases: Int)
    case leaseGranted(Lease)
    case leaseEnded(Lease, LeaseEnd)
}
