/// One slot of an engine held for a proxy that is about to start a stream.
public struct Lease: Sendable, Hashable, Identifiable {
    public let id: String
    public let engineID: String
    public let content: ContentKey
    /// The proxy that asked, as it named itself.
    public let holder: String
    /// The same by its id, where it names itself.
    public let proxyID: String?
    public let grantedAt: Timestamp
    public let expiresAt: Timestamp
}

/// How a lease came to its end.
public enum LeaseEnd: Sendable, Hashable {
    /// The stream started and took the slot over.
    case confirmed
    /// The proxy gave it back.
    case released(ReleaseReason)
    /// Neither happened within its time to live.
    case expired
    case engineLost
    /// The proxy fell silent.
    case proxyLost
}

/// Why a proxy gave a lease back; raw values are those of the REST contract.
public enum ReleaseReason: String, Sendable, Hashable, CaseIterable {
    case deadContent = "dead_content"
    case engineError = "engine_error"
    case timeout
    case cancelled
}
