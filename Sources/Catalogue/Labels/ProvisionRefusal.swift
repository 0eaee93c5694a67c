public import Telemetry

/// Why no engine was created although one was wanted.
public enum ProvisionRefusal: String, LabelValue {
    public static let labelName = "reason"
    /// The circuit breaker was open.
    case circuitOpen = "circuit_open"
    /// `MAX_REPLICAS` engines exist.
    case maxReplicas = "max_replicas"
    /// Every port of the range is in use.
    case noFreePort = "no_free_port"
    /// No VPN was connected.
    case vpnDisconnected = "vpn_disconnected"
    /// The port asked for is in use.
    case portInUse = "port_in_use"
    /// As many requests as allowed wait for their turn.
    case queueFull = "queue_full"
    /// As many as allowed were being created, or what runs was not known yet.
    case busy
    /// The last one began too recently.
    case tooSoon = "too_soon"
}
