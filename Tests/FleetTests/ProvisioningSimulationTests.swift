import Fleet
import TestSupport
import Testing

@Suite struct ProvisioningSimulationTests {
    /// `WEIR_SEED` begins elsewhere.
    @Test func nothingLeaksWhateverTheProviderDoesAndTheFleetConverges() {
        let first = TestLength.seed
        let count: UInt64 = TestLength.isLong ? 2000 : 60
        var restarts = 0
        var retries = 0
        for offset in 0..<count {
            let seed = first &+ offset
            var simulation = ProvisioningSimulation(seed: seed)
            for _ in 0..<400 where simulation.violations.isEmpty { simulation.step() }
            #expect(simulation.violations.isEmpty, "WEIR_SEED=\(seed): \(simulation.violations)")

            simulation.hasFaults = false
            simulation.desired = ProvisioningSimulation.maxReplicas
            for _ in 0..<120 where simulation.violations.isEmpty { simulation.step() }
            #expect(simulation.violations.isEmpty, "WEIR_SEED=\(seed): \(simulation.violations)")
            let engines = simulation.fleet.engines.values
            #expect(engines.count == ProvisioningSimulation.maxReplicas, "WEIR_SEED=\(seed)")
            let unusable = engines.count { !$0.isUsable }
            #expect(unusable == 0, "WEIR_SEED=\(seed)")
            #expect(simulation.actions().isEmpty, "WEIR_SEED=\(seed)")
            #expect(simulation.provisioner.pendingCount == 0, "WEIR_SEED=\(seed)")
            let held = Set(engines.map(\.endpoint.port))
            #expect(simulation.provisioner.ports.taken == held, "WEIR_SEED=\(seed): a port leaked")
            restarts += simulation.restarts
            retries += simulation.retries
        }
        // The faults that matter most did happen.
        #expect(restarts > 0 && retries > 0)
    }

    @Test func sameSeedGivesTheSameRun() {
        func trace() -> [String] {
            var simulation = ProvisioningSimulation(seed: 11)
            for _ in 0..<200 { simulation.step() }
            return simulation.trace
        }
        #expect(trace() == trace())
        #expect(trace().count > 20)
    }
}
