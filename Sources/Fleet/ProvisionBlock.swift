/// Why no engine can be had now.
public enum ProvisionBlock: Error, Sendable, Hashable {
    /// The breaker is open for the time given.
    case circuitOpen(Duration)
    case maxReplicas
    case noFreePort
    /// The port asked for is taken.
    case portInUse(Int)
    /// As many as allowed are being created.
    case busy
    /// The last one began too recently.
    case notBefore(Timestamp)
    /// As many as allowed wait for their turn.
    case queueFull
    /// No VPN is connected; about how long it takes until one is.
    case vpnDisconnected(Duration)
    /// The provider could not, or the engine never answered.
    case failed(String)
}
