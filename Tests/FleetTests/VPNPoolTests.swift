import Fleet
import TestSupport
import Testing

@Suite struct VPNPoolTests {
    private static func pool(_ mode: VPNStatus.Mode = .redundant, restarts: Bool = true) -> VPNPool {
        VPNPool(
            policy: VPNPool.Policy(mode: mode, restartTimeout: .seconds(60), restartsEngines: restarts),
            nodes: (mode == .single ? ["a"] : ["a", "b"]).map { VPNNode(name: $0) })
    }

    private static let up = VPNCheck(status: "running", health: .healthy)
    private static let down = VPNCheck(status: "running", health: .unhealthy, enginesConnected: false)
    private static let unknown = VPNCheck(status: "unknown", health: .unknown)

    private func fleet(_ containers: [String], forwarded: [Int?] = []) -> FleetState {
        var fleet = FleetState()
        for (number, container) in containers.enumerated() {
            var order = ProvisionOrder()
            let port = number < forwarded.count ? forwarded[number] : nil
            order.place(VPNPlacement(container: container, forwardedPort: port))
            _ = fleet.add(
                Engine(
                    id: "e\(number)", name: "e\(number)", endpoint: EngineEndpoint(host: "h", port: number + 1),
                    labels: order.labels, firstSeen: .second(0)))
            _ = fleet.recordProbe(of: "e\(number)", answered: true, now: .second(0))
        }
        return fleet
    }

    private func actions(
        _ pool: VPNPool, _ fleet: FleetState, at second: Int64, desired: Int = 0, canCreate: Bool = true
    ) -> [VPNAction] {
        pool.actions(fleet: fleet, creating: [], desired: desired, canCreate: canCreate, now: .second(second))
    }

    @Test func engineWithTheForwardedPortIsTheLastToGo() {
        let reconciler = Reconciler(maxReplicas: 9, gracePeriod: .zero, startupTimeout: .seconds(10))
        func surplus(_ fleet: FleetState) -> [Reconciler.Action] {
            reconciler.actions(desired: 0, fleet: fleet, exited: [], provisioning: 0, now: .second(9))
        }
        #expect(surplus(fleet(["a", "a"], forwarded: [5000])) == [.remove(id: "e1", reason: .surplus)])
        #expect(surplus(fleet(["a"], forwarded: [5000])) == [.remove(id: "e0", reason: .surplus)])
    }

    @Test func nothingFollowsFromAnAnswerThatDidNotCome() {
        var pool = Self.pool(.single)
        _ = pool.record(Self.up, of: "a", now: .second(1))
        let events = pool.record(Self.unknown, of: "a", now: .second(2))
        #expect(events.isEmpty)
        #expect(pool.isConnected)
        #expect(actions(pool, fleet(["a"]), at: 9999).isEmpty)
    }

    @Test func enginesOverruleTheContainersOwnCheck() {
        var pool = Self.pool(.single)
        let doubtful = VPNCheck(status: "running", health: .unhealthy, enginesConnected: true)
        _ = pool.record(doubtful, of: "a", now: .second(1))
        #expect(pool.isConnected)
        _ = pool.record(Self.down, of: "a", now: .second(2))
        #expect(!pool.isConnected)
        #expect(pool.cutOff(in: fleet(["a", "a"])) == ["e0", "e1"])
    }

    @Test func restartsAreRepeatedWithTheSamePause() {
        var pool = Self.pool(.single)
        _ = pool.record(Self.down, of: "a", now: .second(10))
        #expect(actions(pool, FleetState(), at: 69) == [])
        #expect(actions(pool, FleetState(), at: 70) == [.restart("a")])
        pool.recordRestart(of: "a", now: .second(70))
        #expect(actions(pool, FleetState(), at: 129) == [])
        #expect(actions(pool, FleetState(), at: 130) == [.restart("a")])
    }

    @Test func placementBalancesAndElectsOneForwardedEngineEach() throws {
        var pool = Self.pool()
        #expect(throws: ProvisionBlock.vpnDisconnected(.seconds(60))) {
            try pool.placement(fleet: FleetState(), creating: [])
        }
        _ = pool.record(Self.up, of: "a", now: .second(1))
        _ = pool.record(Self.up, of: "b", now: .second(1))
        _ = pool.record(port: 5000, of: "a")
        _ = pool.record(port: 6000, of: "b")
        let first = try pool.placement(fleet: fleet(["a"], forwarded: [5000]), creating: [])
        #expect(first == VPNPlacement(container: "b", forwardedPort: 6000))
        let second = try pool.placement(fleet: fleet(["a", "b", "b"], forwarded: [5000, 6000]), creating: [])
        #expect(second == VPNPlacement(container: "a"))
    }

    @Test func portChangeAsksForTheNewEngineFirst() {
        var pool = Self.pool(.single)
        _ = pool.record(Self.up, of: "a", now: .second(1))
        let events = pool.record(port: 7000, of: "a")
        #expect(events == [.portChanged("a", from: nil, to: 7000)])
        #expect(actions(pool, fleet(["a", "a"], forwarded: [5000]), at: 2) == [.provisionForwarded("a")])
        #expect(
            actions(pool, fleet(["a", "a", "a"], forwarded: [5000, nil, 7000]), at: 2)
                == [.remove(engineID: "e0", .portChanged)])
        #expect(actions(pool, fleet(["a", "a"], forwarded: [7000]), at: 2) == [])
    }

    @Test func emergencyDrainsAndEndsInBalance() {
        var pool = Self.pool()
        _ = pool.record(Self.up, of: "a", now: .second(1))
        _ = pool.record(Self.up, of: "b", now: .second(1))
        let began = pool.record(Self.down, of: "a", now: .second(2))
        let emergency = VPNStatus.Emergency(failedVPN: "a", healthyVPN: "b", since: .second(2))
        #expect(began == [.disconnected("a"), .emergencyBegan(emergency)])
        #expect(pool.status.emergency == emergency)
        var fleet = fleet(["a", "a", "b"])
        _ = fleet.start(.sample("s", engineID: "e0"), now: .second(2))
        #expect(actions(pool, fleet, at: 3) == [.remove(engineID: "e1", .vpnDown)])
        #expect(actions(pool, fleet, at: 12).count == 2)
        _ = pool.record(Self.up, of: "a", now: .second(20))
        #expect(pool.status.emergency == nil)
        // What is new behind the other one moves, one at a time.
        var after = self.fleet(["b", "b", "b", "b"])
        #expect(actions(pool, after, at: 21) == [.remove(engineID: "e0", .rebalanced)])
        _ = after.beginRemoval(of: "e0", reason: .rebalanced)
        #expect(actions(pool, after, at: 21) == [])
        var balanced = Self.pool()
        for name in ["a", "b"] { _ = balanced.record(Self.up, of: name, now: .second(1)) }
        #expect(actions(balanced, self.fleet(["a", "b", "b"]), at: 30) == [])
    }

    @Test func enginesThatLostTheirNetworkAreCreatedAnewOneAtATime() {
        var pool = Self.pool(.single)
        _ = pool.record(Self.up, of: "a", now: .second(1))
        _ = pool.record(Self.down, of: "a", now: .second(10))
        _ = pool.record(Self.up, of: "a", now: .second(20))
        var fleet = fleet(["a", "a", "a"])
        _ = fleet.start(.sample("s", engineID: "e0"), now: .second(2))
        #expect(actions(pool, fleet, at: 21) == [.remove(engineID: "e1", .vpnReconnected)])
        _ = fleet.beginRemoval(of: "e1", reason: .vpnReconnected)
        #expect(actions(pool, fleet, at: 21) == [])
        _ = fleet.remove("e1", reason: .vpnReconnected, now: .second(22))
        #expect(actions(pool, fleet, at: 23) == [.remove(engineID: "e2", .vpnReconnected)])
        // Not before the first one has been replaced, and not while none can be.
        #expect(actions(pool, fleet, at: 23, desired: 3) == [])
        #expect(actions(pool, fleet, at: 23, canCreate: false) == [])
        var stays = Self.pool(.single, restarts: false)
        for (second, check) in [(1, Self.up), (2, Self.down), (3, Self.up)] {
            _ = stays.record(check, of: "a", now: .second(Int64(second)))
        }
        #expect(actions(stays, fleet, at: 21) == [])
    }
}
