/// Engine sessions that proxies have opened and not reported as streams.
///
/// Guarantees: what is kept of a proxy is what it has named last, at most ``maxUnreportedSessions``, and nothing that
/// runs as a stream; nothing is kept of a proxy that is not known.
extension FleetState {
    /// A proxy's further sessions are not kept: if it is lost, they end when their engine has waited for a reader long
    /// enough.
    public static let maxUnreportedSessions = 500

    /// Takes in all such sessions of a proxy; those it named before are forgotten.
    public mutating func note(_ sessions: [UnreportedSession], of proxyID: String) {
        let commands = sessions.isEmpty ? [] : Set(streams.values.map(\.commandURL))
        let kept = sessions.lazy.filter { !commands.contains($0.commandURL) }.prefix(Self.maxUnreportedSessions)
        proxies[proxyID]?.unreported = Array(kept)
    }

    /// Such sessions of all proxies.
    public var unreportedSessionCount: Int { proxies.values.reduce(0) { $0 + $1.unreported.count } }

    /// The engine that holds a session; nil when it is none of the fleet.
    public func engine(of session: UnreportedSession) -> Engine? {
        engineID(at: session.endpoint).flatMap { engines[$0] }
    }

    /// Whether a proxy that is heard plays a session of an engine or is about to.
    public func isInUse(_ command: EngineCommand, on engineID: String) -> Bool {
        streams.values.contains { $0.engineID == engineID && EngineCommand(url: $0.commandURL) == command }
            || proxies.values.contains { proxy in
                proxy.unreported.contains {
                    EngineCommand(url: $0.commandURL) == command && engine(of: $0)?.id == engineID
                }
            }
    }

    /// A session that is a stream now.
    mutating func forgetUnreported(_ commandURL: String) {
        for (id, proxy) in proxies where !proxy.unreported.isEmpty {
            proxies[id]?.unreported.removeAll { $0.commandURL == commandURL }
        }
    }
}
