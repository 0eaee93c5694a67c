/// Proxies that name themselves, and what becomes of their streams when they are lost.
///
/// Guarantees: a stream or lease of a named proxy ends at the latest when that proxy has been silent for
/// `Limits.proxyTimeToLive`; one of a proxy that names itself not, or is heard, never ends by it; time during which
/// nobody listened counts for nobody.
extension FleetState {
    /// More proxies than this are not told apart: the streams of the others never end by silence.
    public static let maxProxies = 4096
    /// Why streams of a lost proxy end.
    public static let proxyLostReason = "proxy_lost"
    /// The most that one check adds to a silence: who checks that seldom was away itself.
    static let longestSilenceStep = Duration.seconds(2)

    /// Notes a sign of life. Nil when there are too many proxies to know this one.
    @discardableResult
    public mutating func hear(from proxyID: String, now: Timestamp) -> ProxyInstance? {
        if var known = proxies[proxyID] {
            known.lastHeard = now
            known.silence = .zero
            proxies[proxyID] = known
            return known
        }
        guard proxies.count < Self.maxProxies else { return nil }
        lastRegistration += 1
        let proxy = ProxyInstance(id: proxyID, registration: lastRegistration, lastHeard: now)
        proxies[proxyID] = proxy
        return proxy
    }

    /// Notes where a proxy that is known serves its metrics.
    public mutating func note(metricsAddress: String?, of proxyID: String) {
        proxies[proxyID]?.metricsAddress = metricsAddress
    }

    /// Forgets the proxies that have been silent for too long. Their streams and leases end. To be called about once a
    /// second.
    public mutating func expireProxies(now: Timestamp) -> [FleetChange] {
        defer { lastProxyCheck = now }
        guard let lastProxyCheck else { return [] }
        var lost: [ProxyInstance] = []
        for (id, proxy) in proxies {
            let unheard = now - max(lastProxyCheck, proxy.lastHeard)
            proxies[id]?.silence += min(max(.zero, unheard), Self.longestSilenceStep)
            if let proxy = proxies[id], proxy.silence >= limits.proxyTimeToLive { lost.append(proxy) }
        }
        return lost.sorted { $0.id < $1.id }.flatMap { end($0, now: now) }
    }

    /// Begins to count silences anew: nobody was listened to for a while.
    public mutating func forgetSilences() {
        lastProxyCheck = nil
        for id in proxies.keys { proxies[id]?.silence = .zero }
    }

    private mutating func end(_ proxy: ProxyInstance, now: Timestamp) -> [FleetChange] {
        proxies[proxy.id] = nil
        let held = leases.values.filter { $0.proxyID == proxy.id }.map(\.id).sorted()
        let running = streams.values.filter { $0.proxyID == proxy.id }.map(\.id).sorted()
        guard !held.isEmpty || !running.isEmpty || !proxy.unreported.isEmpty else { return [] }
        return [.proxyLost(proxy, streams: running.count, leases: held.count)]
            + held.flatMap { end($0, .proxyLost, now: now) }
            + running.flatMap { endStream(id: $0, reason: Self.proxyLostReason, now: now) }
    }
}
