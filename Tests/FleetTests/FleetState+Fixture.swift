import Fleet

extension Timestamp {
    static func second(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }
}

extension ContentKey {
    static let sample = ContentKey(kind: .contentID, value: "abc")
}

extension StreamStart {
    static func sample(
        _ session: String, engineID: String? = nil, endpoint: EngineEndpoint? = nil, leaseID: String? = nil
    ) -> StreamStart {
        StreamStart(
            content: .sample, playbackSessionID: session, engineID: engineID, endpoint: endpoint, leaseID: leaseID)
    }
}

extension FleetState {
    /// A fleet of healthy engines `e1`, `e2`, … on ports 19001, 19002, …
    static func fixture(engines count: Int, slots: Int = 1, now: Timestamp = .second(0)) -> FleetState {
        var fleet = FleetState(limits: FleetState.Limits(maxStreamsPerEngine: slots))
        for number in 1...max(1, count) where number <= count {
            let endpoint = EngineEndpoint(host: "127.0.0.1", port: 19000 + number)
            _ = fleet.add(Engine(id: "e\(number)", name: "acestream-\(number)", endpoint: endpoint, firstSeen: now))
            _ = fleet.recordProbe(of: "e\(number)", answered: true, now: now)
        }
        return fleet
    }
}
