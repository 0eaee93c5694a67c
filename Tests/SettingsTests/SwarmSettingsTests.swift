import Settings
import Testing

@Suite struct SwarmSettingsTests {
    @Test func anythingGoesUnlessToldOtherwise() throws {
        let swarm = try OrchestratorSettings(environment: ["ENGINE_PROVIDER": "swarm"]).swarm
        #expect(swarm.constraints.isEmpty && swarm.spreadOver.isEmpty)
        #expect(swarm.reservedMemoryBytes == nil && swarm.reservedCPUs == nil)
        #expect(swarm.reschedulingTimeout == .seconds(60))
    }

    @Test func placementIsRead() throws {
        let swarm = try OrchestratorSettings(environment: [
            "SWARM_CONSTRAINTS": "node.role==worker, node.labels.gpu != true", "SWARM_SPREAD": "node.labels.zone",
            "SWARM_RESERVE_MEMORY": "256MiB", "SWARM_RESERVE_CPUS": "0.5", "SWARM_RESCHEDULE_TIMEOUT_S": "5",
        ]).swarm
        #expect(swarm.constraints == ["node.role==worker", "node.labels.gpu!=true"])
        #expect(swarm.spreadOver == ["node.labels.zone"])
        #expect(swarm.reservedMemoryBytes == 256 << 20 && swarm.reservedCPUs == 0.5)
        #expect(swarm.reschedulingTimeout == .seconds(5))
    }

    @Test func whatIsNoPlacementIsRefused() throws {
        let error = try #require(throws: SettingsError.self) {
            try OrchestratorSettings(environment: [
                "SWARM_CONSTRAINTS": "worker", "SWARM_SPREAD": "zone", "SWARM_RESERVE_MEMORY": "5",
                "SWARM_RESERVE_CPUS": "-1",
            ])
        }
        #expect(error.problems.count == 4)
    }
}
