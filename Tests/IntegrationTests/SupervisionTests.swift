import Appliance
import Foundation
import Testing

/// Alarm and end: an appliance of its own beside the other, because these tests stop parts or all of it.
@Suite(.serialized, .timeLimit(.minutes(4)), .appliance([:]))
struct SupervisionTests {
    @Test func aSecondRunOnTheSameStateIsRefused() async throws {
        let run = try ApplianceRun.current()
        let before = try Data(contentsOf: run.json)
        let processes = run.processes()
        let second = try ApplianceRun.startUp(in: run.directory, log: "second.log")
        #expect(try await second.ended(within: .seconds(20)) == 1)
        let lines = second.output.split(separator: "\n")
        #expect(lines.count == 1)
        #expect(second.output.contains("is in use by another `weir up` (process \(run.supervisor.pid))"))
        #expect(try Data(contentsOf: run.json) == before)
        #expect(processes.isSubset(of: run.processes()))
    }

    @Test(arguments: Component.allCases) func aPortInUseIsOneLineThatNamesItAndNothingIsStarted(
        component: Component
    ) async throws {
        let run = try ApplianceRun.current()
        let directory = try ApplianceRun.makeDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let port = try #require(URLComponents(string: run.table.url(of: component))?.port)
        let second = try ApplianceRun.startUp(
            in: directory, arguments: ["--\(component.rawValue)-port", String(port)])
        #expect(try await second.ended(within: .seconds(20)) == 1)
        #expect(
            second.output.hasPrefix("weir up: \(component) port \(port) cannot be used: Address already in use"))
        #expect(second.output.split(separator: "\n").count == 1)
        #expect(ApplianceRun.processes(of: second, in: directory).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: ApplianceRun.json(in: directory).path))
    }

    @Test func aProxyThatStopsAnsweringRaisesAnAlertThatReachesTheEventLog() async throws {
        let run = try ApplianceRun.current()
        let pid = try #require(try run.readTable().pids["proxy"])
        let url = run.table.orchestrator + "/events?limit=1000"
        kill(pid, SIGSTOP)
        defer { kill(pid, SIGCONT) }
        let event = try await eventually("TargetDown is in the event log", within: .seconds(90)) {
            try await run.document([Documents.Event].self, url).first { $0.details["alertname"] == "TargetDown" }
        }
        #expect(event.category == "alert")
        #expect(event.details["status"] == "firing")
        #expect(event.details["severity"] == "critical")
        #expect(event.message.contains("weir-proxy"), "\(event)")
        kill(pid, SIGCONT)
        try await eventually("the proxy answers again") { try await run.proxyHealth().status == "ok" }
        #expect(try run.readTable().pids["proxy"] == pid)
    }

    @Test func anInterruptLeavesNoProcess() async throws {
        let run = try ApplianceRun.current()
        let (viewer, _) = try await run.play(ApplianceRun.content(90))
        defer { viewer.close() }
        // Also what was started in the place of a killed component goes.
        let proxy = try #require(try run.readTable().pids["proxy"])
        kill(proxy, SIGKILL)
        try await eventually("the proxy is started again") {
            guard try run.readTable().pids["proxy"] != proxy else { return false }
            return try await run.proxyHealth().status == "ok"
        }
        let engines = try await run.engineProcesses()
        #expect(engines.count >= 2)
        let processes = run.processes()
        #expect(processes.isSuperset(of: engines.values))
        #expect(processes.isSuperset(of: try run.readTable().pids.values))

        let begin = ContinuousClock.now
        run.supervisor.send(SIGINT)
        let code = try await run.supervisor.ended(within: .seconds(15))
        #expect(ContinuousClock.now - begin < .seconds(15))
        #expect(code == 0)
        #expect(run.processes().isEmpty)
        let alive = Set(ProcessTable.entries().map(\.pid))
        #expect(processes.isDisjoint(with: alive))
    }
}
