import Fleet
import TestSupport
import Testing

@Suite struct ProvisionerTests {
    private var random = SeededGenerator(seed: 3)

    private static func provisioner(
        maxReplicas: Int = 4, maxRetries: Int = 3, threshold: Int = 5, ports: ClosedRange<Int> = 100...109
    ) -> Provisioner {
        Provisioner(
            limits: Provisioner.Limits(
                maxReplicas: maxReplicas, timeout: .seconds(120), startupTimeout: .seconds(25),
                retries: RetryPolicy(maxRetries: maxRetries, baseDelay: .seconds(2))),
            limiter: ProvisioningLimiter(maxConcurrent: 5, minInterval: .zero), ports: PortAllocator(range: ports),
            general: CircuitBreaker(failureThreshold: threshold, recoveryTimeout: .seconds(60)),
            replacement: CircuitBreaker(failureThreshold: 2, recoveryTimeout: .seconds(30)))
    }

    @Test mutating func uncertainFailureIsRetriedAndThenItsPortStaysTakenUntilItIsSeen() throws {
        var provisioner = Self.provisioner(maxRetries: 2)
        var provision = try provisioner.begin(purpose: .growth, fleet: FleetState(), now: .second(0))
        for retry in 1...2 {
            let step = provisioner.attemptFailed(
                provision, .uncertain("x"), fleet: FleetState(), now: .second(1), using: &random)
            guard case .retry(let next, let pause) = step else {
                Issue.record("\(step)")
                return
            }
            #expect(next.retries == retry)
            #expect(pause <= .seconds(2 * retry))
            provision = next
        }
        let last = provisioner.attemptFailed(
            provision, .uncertain("x"), fleet: FleetState(), now: .second(9), using: &random)
        #expect(last == .giveUp(.failed("x")))
        #expect(provisioner.limiter.active == 0)
        #expect(provisioner.ports.taken == [100])
        provisioner.observed(provided: [], fleet: FleetState(), begunAt: .second(8))
        #expect(provisioner.ports.taken == [100])
        provisioner.observed(provided: [], fleet: FleetState(), begunAt: .second(10))
        #expect(provisioner.ports.taken == [])
        #expect(provisioner.pendingCount == 0)
    }

    @Test mutating func refusalIsFinalAndFreesAtOnce() throws {
        var provisioner = Self.provisioner()
        let provision = try provisioner.begin(purpose: .growth, fleet: FleetState(), now: .second(0))
        let step = provisioner.attemptFailed(
            provision, .refused("no such image"), fleet: FleetState(), now: .second(1), using: &random)
        #expect(step == .giveUp(.failed("no such image")))
        #expect(provisioner.ports.taken == [])
        #expect(provisioner.general.failureCount == 1)
    }

    @Test mutating func takenNamesAndPortsAreAvoidedWithoutAPause() throws {
        var provisioner = Self.provisioner()
        let provision = try provisioner.begin(purpose: .growth, fleet: FleetState(), now: .second(0))
        let afterPort = provisioner.attemptFailed(
            provision, .portTaken, fleet: FleetState(), now: .second(0), using: &random)
        guard case .again(let other) = afterPort else {
            Issue.record("\(afterPort)")
            return
        }
        #expect(other.port == 101)
        let afterName = provisioner.attemptFailed(
            other, .nameTaken, fleet: FleetState(), now: .second(0), using: &random)
        guard case .again(let renamed) = afterName else {
            Issue.record("\(afterName)")
            return
        }
        #expect(renamed.name != other.name)
        #expect(Array(provisioner.creating.keys) == [renamed.name])
        // Whoever has the other one: it is free once nobody was seen with it.
        #expect(provisioner.ports.taken == [100, 101])
        provisioner.observed(provided: [], fleet: FleetState(), begunAt: .second(1))
        #expect(provisioner.ports.taken == [101])
    }

    @Test mutating func nothingIsRepeatedOnceTheBreakerHasOpened() throws {
        var provisioner = Self.provisioner(threshold: 1)
        let fleet = FleetState()
        let one = try provisioner.begin(purpose: .growth, fleet: fleet, now: .second(0))
        let other = try provisioner.begin(purpose: .growth, fleet: fleet, now: .second(0))
        _ = provisioner.attemptFailed(one, .refused("x"), fleet: fleet, now: .second(1), using: &random)
        #expect(provisioner.general.state(now: .second(1)) == .open)
        let step = provisioner.attemptFailed(other, .uncertain("y"), fleet: fleet, now: .second(1), using: &random)
        #expect(step == .giveUp(.failed("y")))
        #expect(throws: ProvisionBlock.circuitOpen(.seconds(59))) {
            try provisioner.begin(purpose: .growth, fleet: fleet, now: .second(2))
        }
        // Replacement has a breaker of its own.
        _ = try provisioner.begin(purpose: .replacement, fleet: fleet, now: .second(2))
    }

    @Test func enginesThatMayExistCountAsEngines() throws {
        var provisioner = Self.provisioner(maxReplicas: 1)
        let provision = try provisioner.begin(purpose: .growth, fleet: FleetState(), now: .second(0))
        provisioner.attemptUnanswered(provision, now: .second(120))
        provisioner.observed(provided: [], fleet: FleetState(), begunAt: .second(121))
        #expect(throws: ProvisionBlock.maxReplicas) {
            try provisioner.begin(purpose: .growth, fleet: FleetState(), now: .second(122))
        }
        provisioner.settle(provision, now: .second(130))
        provisioner.observed(provided: [], fleet: FleetState(), begunAt: .second(131))
        _ = try provisioner.begin(purpose: .growth, fleet: FleetState(), now: .second(132))
    }

    @Test func portAskedForIsGivenOnce() throws {
        var provisioner = Self.provisioner()
        let order = ProvisionOrder(port: 4000)
        let provision = try provisioner.begin(order, purpose: .growth, fleet: FleetState(), now: .second(0))
        #expect(provision.port == 4000)
        #expect(throws: ProvisionBlock.portInUse(4000)) {
            try provisioner.begin(order, purpose: .growth, fleet: FleetState(), now: .second(0))
        }
        #expect(provisioner.limiter.active == 1)
    }

    @Test mutating func pausesGrowAndAreSpread() {
        let policy = RetryPolicy(maxRetries: 10, baseDelay: .seconds(2))
        #expect((0...6).map { policy.longestDelay(before: $0) } == [2, 4, 8, 16, 32, 60, 60].map(Duration.seconds))
        let pauses = (0..<200).compactMap { _ in policy.delay(before: 2, using: &random) }
        let sorted = pauses.sorted()
        #expect(sorted[0] >= .zero && sorted[199] <= .seconds(8))
        #expect(sorted[0] < .seconds(1) && sorted[199] > .seconds(7))
        #expect(policy.delay(before: 10, using: &random) == nil)
    }
}
