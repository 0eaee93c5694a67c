import Foundation
import Glibc
import TestSupport
import Testing

/// What is lost when the orchestrator or the Docker daemon is: nothing.
@Suite(.serialized, .enabled(if: DockerDaemon.isAvailable, "needs root and dockerd")) struct DockerLossTests {
    private static let rounds = TestLength.isLong ? 20 : 4

    @Test func anOrchestratorKilledWhileScalingLeaksAndLosesNothing() async throws {
        try await DockerDaemon.around { daemon in
            let foreign = try await daemon.runForeign("acestream-2", daemon.publishing(18_999))
            try await ContainerFleet.around(ContainerFleet.settings(daemon)) { fleet in
                var random = SeededGenerator(seed: TestLength.seed)
                for _ in 0..<Self.rounds {
                    try await fleet.scale(to: Int.random(in: 0...6, using: &random))
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...1500, using: &random)))
                    try await fleet.killOrchestrator()
                    try await fleet.startOrchestrator()
                }
                let engines = TestLength.isLong ? 20 : 5
                try await fleet.scale(to: engines)
                try await expect(engines, of: daemon, in: fleet)
                let before = Set(try await fleet.engines().map(\.containerId))

                try await fleet.killOrchestrator()
                try await fleet.startOrchestrator()
                try await expect(engines, of: daemon, in: fleet)
                #expect(Set(try await fleet.engines().map(\.containerId)) == before, "all are adopted, none is new")

                try await fleet.scale(to: 0)
                try await eventually("nothing is left but what is not ours", within: .seconds(60)) {
                    try await daemon.containers().map { $0["Id"] as? String } == [foreign]
                }
                #expect(try await daemon.containers().first?["State"] as? String == "running")
            }
        }
    }

    /// Waits until so many engines run, one container each and each at a port of its own.
    private func expect(_ count: Int, of daemon: DockerDaemon, in fleet: ContainerFleet) async throws {
        var state = ""
        try await eventually("\(count) engines and no other container of ours: \(state)", within: .seconds(60)) {
            let engines = try await fleet.engines()
            let ours = try await daemon.ours()
            state = "\(engines.map(\.healthStatus)), \(ours.map { $0["State"] as? String ?? "" })"
            return engines.count == count && engines.allSatisfy(\.isHealthy)
                && Set(ours.compactMap { $0["Id"] as? String }) == Set(engines.map(\.containerId))
                && ours.allSatisfy { $0["State"] as? String == "running" }
        }
        let engines = try await fleet.engines()
        #expect(Set(engines.map(\.port)).count == count)
    }

    @Test func aDaemonThatHangsOrDiesOpensTheBreakerAndInterruptsNobody() async throws {
        try await DockerDaemon.around { daemon in
            let settings = [
                "DOCKER_TIMEOUT_S": "1", "CIRCUIT_BREAKER_FAILURE_THRESHOLD": "2", "RETRY_BACKOFF_S": "0",
                "CIRCUIT_BREAKER_RECOVERY_TIMEOUT_S": "2", "MONITOR_INTERVAL_S": "1",
            ]
            try await ContainerFleet.around(ContainerFleet.settings(daemon).merging(settings) { $1 }) { fleet in
                try await fleet.scale(to: 1)
                try await expect(1, of: daemon, in: fleet)
                let viewer = try fleet.play(1)
                defer { viewer.close() }
                try await eventually("a stream plays: \(viewer.seen)") { viewer.seen.packets > 500 }

                daemon.send(SIGSTOP)
                try await fleet.scale(to: 3)
                try await breaker(is: "open", in: fleet)
                try await viewer.expectUndisturbed(for: .seconds(2))
                daemon.send(SIGCONT)
                try await breaker(is: "closed", in: fleet)
                try await expect(3, of: daemon, in: fleet)

                try await daemon.kill()
                try await fleet.scale(to: 5)
                try await breaker(is: "open", in: fleet)
                try await viewer.expectUndisturbed(for: .seconds(2))
                try await daemon.start()
                try await breaker(is: "closed", in: fleet)
                try await expect(5, of: daemon, in: fleet)
                try await viewer.expectUndisturbed(for: .seconds(1))
                let failures = [
                    #"{operation="container_list",outcome="timeout"}"#,
                    #"{operation="container_list",outcome="unreachable"}"#,
                ]
                for labels in failures {
                    let count = try await fleet.metric("orch_docker_calls_total" + labels)
                    #expect(count.flatMap(Double.init) ?? 0 > 0, "\(labels)")
                }
            }
        }
    }

    private func breaker(is state: String, in fleet: ContainerFleet) async throws {
        try await eventually("the breaker is \(state)", within: .seconds(60)) {
            try await fleet.metric(#"orch_circuit_state{breaker="general",state="\#(state)"}"#) == "1"
        }
    }
}

extension DockerDaemon {
    /// The containers that carry our label.
    func ours() async throws -> [[String: Any]] {
        try await containers().filter { ($0["Labels"] as? [String: String])?["acestream-orchestrator"] == "true" }
    }
}
