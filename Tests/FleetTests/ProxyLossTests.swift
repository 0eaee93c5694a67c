import Fleet
import Testing

@Suite struct ProxyLossTests {
    private static let timeToLive = Duration.seconds(10)

    private func fleet(engines: Int = 2, slots: Int = 2) -> FleetState {
        var fleet = FleetState(
            limits: FleetState.Limits(maxStreamsPerEngine: slots, proxyTimeToLive: Self.timeToLive))
        for number in 1...engines {
            let endpoint = EngineEndpoint(host: "127.0.0.1", port: 19000 + number)
            _ = fleet.add(Engine(id: "e\(number)", name: "n\(number)", endpoint: endpoint, firstSeen: .second(0)))
            _ = fleet.recordProbe(of: "e\(number)", answered: true, now: .second(0))
        }
        return fleet
    }

    /// Checks every second from `first` to `last`.
    private func check(_ fleet: inout FleetState, _ first: Int64, _ last: Int64) -> [FleetChange] {
        (first...last).flatMap { fleet.expireProxies(now: .second($0)) }
    }

    private func start(_ session: String, _ proxyID: String?) -> StreamStart {
        var start = StreamStart.sample(session, engineID: "e1")
        start.proxyID = proxyID
        return start
    }

    @Test func whatASilentProxyHeldEndsAtItsTimeAndNothingElse() {
        var fleet = fleet()
        _ = fleet.expireProxies(now: .second(0))
        _ = fleet.start(start("mine", "p"), now: .second(0))
        _ = fleet.start(start("older", nil), now: .second(0))
        _ = fleet.lease(id: "l", content: .sample, holder: "", proxyID: "p", now: .second(0))
        _ = fleet.lease(id: "other", content: .sample, holder: "", now: .second(0))
        #expect(check(&fleet, 1, 9).isEmpty)
        let changes = fleet.expireProxies(now: .second(10))
        #expect(changes.contains { if case .proxyLost(let proxy, 1, 1) = $0 { proxy.id == "p" } else { false } })
        #expect(changes.contains { if case .leaseEnded(_, .proxyLost) = $0 { true } else { false } })
        #expect(fleet.endedStreams["abc|mine"]?.endReason == "proxy_lost")
        #expect(Set(fleet.streams.keys) == ["abc|older"])
        #expect(Set(fleet.leases.keys) == ["other"])
        #expect(fleet.proxies.isEmpty)
        #expect(check(&fleet, 11, 100).isEmpty)
    }

    @Test func aProxyThatIsHeardKeepsItsStreams() {
        var fleet = fleet()
        _ = fleet.start(start("mine", "p"), now: .second(0))
        for second in Int64(0)...100 {
            if second % 9 == 0 { fleet.hear(from: "p", now: .second(second)) }
            #expect(fleet.expireProxies(now: .second(second)).isEmpty)
        }
        #expect(fleet.streams.count == 1)
    }

    @Test func timeInWhichNobodyListenedCountsForNobody() {
        var fleet = fleet()
        _ = fleet.start(start("mine", "p"), now: .second(0))
        #expect(check(&fleet, 0, 5).isEmpty)
        // The orchestrator itself was stopped for an hour.
        #expect(check(&fleet, 3605, 3607).isEmpty)
        fleet.hear(from: "p", now: .second(3607))
        #expect(check(&fleet, 3608, 3616).isEmpty)
        #expect(!check(&fleet, 3617, 3618).isEmpty)
    }

    @Test func aProxyThatComesBackIsRegisteredAnewAndItsStreamRunsAgain() {
        var fleet = fleet()
        let first = fleet.hear(from: "p", now: .second(0))
        #expect(fleet.hear(from: "p", now: .second(1))?.registration == first?.registration)
        _ = fleet.start(start("mine", "p"), now: .second(1))
        _ = check(&fleet, 1, 20)
        #expect(fleet.streams.isEmpty)
        #expect(fleet.load(of: "e1") == 0)
        #expect(fleet.hear(from: "p", now: .second(21))?.registration != first?.registration)
        let (stream, changes) = fleet.start(start("mine", "p"), now: .second(21))
        #expect(stream.isRunning)
        #expect(changes == [.streamStarted(stream)])
        #expect(fleet.load(of: "e1") == 1)
        #expect(fleet.endedStreams.isEmpty)
        #expect(fleet.start(start("mine", "p"), now: .second(22)).changes.isEmpty)
        #expect(fleet.endStream(id: "abc|mine", reason: "completed", now: .second(23)).count == 1)
        // A repetition that comes late does not bring back what ended as it should.
        #expect(fleet.start(start("mine", "p"), now: .second(24)).changes.isEmpty)
        #expect(fleet.streams.isEmpty)
    }

    @Test func aStreamThatWasKnownWithoutItsProxyIsGivenToIt() {
        var fleet = fleet()
        _ = fleet.start(start("mine", nil), now: .second(0))
        #expect(fleet.start(start("mine", "p"), now: .second(1)).changes.count == 1)
        #expect(fleet.streams["abc|mine"]?.proxyID == "p")
        #expect(!check(&fleet, 1, 12).isEmpty)
    }

    @Test func restoredStreamsEndWhenTheirProxyIsNotHeardAgain() {
        var fleet = fleet()
        let stored = StreamRecord(
            id: "s", content: .sample, engineID: "e1", isAttached: true, playbackSessionID: "s", statURL: "",
            commandURL: "", isLive: true, startedAt: .second(0), proxyID: "p")
        _ = fleet.restore([stored], now: .second(100))
        #expect(check(&fleet, 100, 109).isEmpty)
        #expect(!check(&fleet, 110, 111).isEmpty)
    }

    @Test func theNumberOfProxiesIsBounded() {
        var fleet = fleet()
        for number in 0..<FleetState.maxProxies { fleet.hear(from: "p\(number)", now: .second(0)) }
        #expect(fleet.hear(from: "more", now: .second(0)) == nil)
        #expect(fleet.hear(from: "p1", now: .second(0)) != nil)
        // Its stream is taken in, and never ends by silence.
        #expect(fleet.start(start("mine", "more"), now: .second(0)).stream.proxyID == nil)
        #expect(fleet.proxies.count == FleetState.maxProxies)
        _ = check(&fleet, 0, 20)
        #expect(fleet.streams.count == 1)
        #expect(fleet.hear(from: "more", now: .second(21)) != nil)
    }

    @Test(arguments: ["", "a b", "ä", "a/b", String(repeating: "x", count: 65)])
    func namesOutOfBoundsAreNone(name: String) {
        #expect(!ProxyInstance.isValid(id: name))
        #expect(ProxyInstance.isValid(id: "0b9e-A_z"))
    }

    @Test(arguments: UInt64(1)...40)
    func nothingIsLostAndNothingStaysUnderFaults(seed: UInt64) {
        var simulation = ProxyLossSimulation(seed: seed)
        for _ in 0..<300 where simulation.violations.isEmpty { simulation.step() }
        #expect(simulation.violations.isEmpty, "seed \(seed): \(simulation.violations)")
        simulation.hasFaults = false
        for _ in 0..<40 where simulation.violations.isEmpty { simulation.step() }
        #expect(simulation.violations.isEmpty, "seed \(seed): \(simulation.violations)")
        #expect(Set(simulation.fleet.streams.keys) == simulation.playing, "seed \(seed)")
        #expect(simulation.started - simulation.ended == simulation.fleet.streams.count, "seed \(seed)")
        #expect(simulation.lost > 0, "seed \(seed)")
    }
}
