import Fleet
import Testing

@Suite struct FleetSimulationTests {
    @Test(arguments: UInt64(1)...40)
    func invariantsHoldUnderFaultsAndTheFleetConvergesAfterThem(seed: UInt64) {
        var simulation = FleetSimulation(seed: seed)
        for _ in 0..<300 where simulation.violations.isEmpty { simulation.step() }
        #expect(simulation.violations.isEmpty, "seed \(seed): \(simulation.violations)")

        simulation.hasFaults = false
        simulation.desired = FleetSimulation.maxReplicas
        for _ in 0..<60 where simulation.violations.isEmpty { simulation.step() }
        #expect(simulation.violations.isEmpty, "seed \(seed): \(simulation.violations)")
        #expect(simulation.fleet.engines.count == FleetSimulation.maxReplicas, "seed \(seed)")
        let unusable = simulation.fleet.engines.values.filter { !$0.isUsable }
        #expect(unusable.isEmpty, "seed \(seed)")
        #expect(simulation.actions().isEmpty, "seed \(seed)")
    }

    @Test func sameSeedGivesTheSameRun() {
        func trace() -> [String] {
            var simulation = FleetSimulation(seed: 7)
            for _ in 0..<200 { simulation.step() }
            return simulation.trace
        }
        #expect(trace() == trace())
        #expect(trace().count > 20)
    }
}
