import Glibc
import Outbound
import Testing

extension RunningApplianceTests {
    @Suite struct OrchestratorLossTests {
        @Test func aKilledOrchestratorComesBackToTheSameEnginesAndStreams() async throws {
            let run = try ApplianceRun.current()
            try await run.settle()
            let (viewer, stream) = try await run.play(ApplianceRun.content(50))
            defer { viewer.close() }
            try await eventually("two engines are free beside it") {
                let engines = try await run.engines()
                return engines.count { $0.isFree } >= 2 && engines.allSatisfy(\.isHealthy)
            }
            let engines = try await run.engineProcesses()
            let pid = try #require(try run.readTable().pids["orchestrator"])

            kill(pid, SIGKILL)
            let successor = try await eventually("the table names a new process") {
                try run.readTable().pids["orchestrator"].flatMap { $0 == pid ? nil : $0 }
            }
            #expect(run.processes().contains(successor))
            try await eventually("the orchestrator is ready") {
                try await run.get(run.table.orchestrator + "/health/ready").status == 200
            }
            #expect(try await run.engineProcesses() == engines)
            try await eventually("the proxy follows the engine table again") {
                try await run.orchestratorMetric("orch_engine_feed_followers") == "1"
            }
            let streams = try await run.startedStreams()
            #expect(streams.map(\.id) == [stream.id])
            #expect(streams.map(\.containerId) == [stream.containerId])
            try await viewer.expectUndisturbed(for: .seconds(3))
            #expect(try await run.openSessions() == 1)
            let others: Set = ["supervisor", "proxy", "prometheus", "alertmanager"]
            let now = try run.readTable().pids
            #expect(others.allSatisfy { now[$0] == run.table.pids[$0] })
        }

        @Test func theProxySaysThatTheOrchestratorIsDownAndStreamsGoOn() async throws {
            let run = try ApplianceRun.current()
            try await run.settle()
            let (viewer, stream) = try await run.play(ApplianceRun.content(51))
            defer { viewer.close() }
            #expect(try await run.proxyHealth().orchestrator == "up")
            #expect(try await run.fallbackMetric() == "0")
            let pid = try #require(try run.readTable().pids["orchestrator"])

            kill(pid, SIGSTOP)
            defer { kill(pid, SIGCONT) }
            try await eventually("the proxy notices") { try await run.proxyHealth().orchestrator == "down" }
            let health = try await run.proxyHealth()
            #expect(health.fallback)
            #expect(health.status == "degraded")
            #expect(try await run.fallbackMetric() == "1")
            try await viewer.expectUndisturbed(for: .seconds(2))

            kill(pid, SIGCONT)
            try await eventually("the proxy is back to the orchestrator") {
                let health = try await run.proxyHealth()
                return health.orchestrator == "up" && !health.fallback && health.status == "ok"
            }
            #expect(try await run.fallbackMetric() == "0")
            #expect(try await run.startedStreams().map(\.id) == [stream.id])
            try await viewer.expectUndisturbed(for: .seconds(1))
            #expect(try run.readTable().pids["orchestrator"] == pid)
        }
    }
}

extension ApplianceRun {
    fileprivate func fallbackMetric() async throws -> String? {
        try await metric("weir_proxy_fallback_active", at: table.proxy)
    }

    fileprivate func orchestratorMetric(_ name: String) async throws -> String? {
        try await metric(name, at: table.orchestrator)
    }

    private func metric(_ name: String, at service: String) async throws -> String? {
        let lines = try await get(service + "/metrics").text.split(separator: "\n")
        return lines.first { $0.hasPrefix(name) }?.split(separator: " ").last.map(String.init)
    }
}
