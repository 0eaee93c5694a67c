import Foundation
import Glibc
import Outbound
import Testing

/// Proxies that are killed or cut off under their viewers, in an appliance of its own.
@Suite(.serialized, .timeLimit(.minutes(4)), .appliance(["PROXY_TTL_S": "5", "ENGINE_GRACE_PERIOD_S": "60"]))
struct ProxyLossTests {
    @Test func whatAKilledProxyLeavesBehindIsFreedAndANewOneServes() async throws {
        let run = try ApplianceRun.current()
        try await run.settle()
        let (first, _) = try await run.play(ApplianceRun.content(60))
        defer { first.close() }
        let (second, _) = try await run.play(ApplianceRun.content(61))
        defer { second.close() }
        let third = try StreamReader(run.url(of: ApplianceRun.content(61)))
        defer { third.close() }
        try await eventually("the third watches") { third.seen.packets > 500 }
        #expect(try await run.openSessions() == 2)
        let pid = try #require(try run.readTable().pids["proxy"])

        kill(pid, SIGKILL)
        let killedAt = ContinuousClock.now
        try await eventually("another proxy answers") {
            guard try run.readTable().pids["proxy"] != pid else { return false }
            return try await run.proxyHealth().status == "ok"
        }
        let back = ContinuousClock.now - killedAt
        try await eventually("no stream, no lease, no session is left", within: .seconds(30)) {
            guard try await run.startedStreams().isEmpty else { return false }
            guard try await run.engines().allSatisfy({ $0.streams.isEmpty && $0.leases == 0 }) else { return false }
            return try await run.openSessions() == 0
        }
        let freed = ContinuousClock.now - killedAt
        #expect(try await run.count("orch_streams_ended_total{reason=\"proxy_lost\"}") == 2)
        #expect(try await run.count("orch_engine_session_stops_total{result=\"stopped\"}") == 2)
        let (viewer, _) = try await run.play(ApplianceRun.content(60))
        viewer.close()
        guard ProcessInfo.processInfo.environment["WEIR_LONG"] != nil else { return }
        #expect(back < .seconds(5))
        #expect(freed < .seconds(8))
    }

    @Test func aProxyThatWasCutOffReportsItsStreamsAgain() async throws {
        let run = try ApplianceRun.current()
        try await run.settle()
        let (viewer, _) = try await run.play(ApplianceRun.content(62))
        defer { viewer.close() }
        let pid = try #require(try run.readTable().pids["proxy"])

        kill(pid, SIGSTOP)
        defer { kill(pid, SIGCONT) }
        try await eventually("its stream ends and its session stops", within: .seconds(30)) {
            guard try await run.startedStreams().isEmpty else { return false }
            return try await run.openSessions() == 0
        }
        let packets = viewer.seen.packets
        kill(pid, SIGCONT)
        try await eventually("the stream goes on and is known", within: .seconds(30)) {
            guard viewer.seen.packets > packets + 1800, try await run.startedStreams().count == 1 else { return false }
            return try await run.openSessions() == 1
        }
        let counts = try await (
            run.count("orch_events_started_total"), run.count("orch_events_ended_total"),
            run.count("orch_streams_active")
        )
        #expect(counts.0 - counts.1 == counts.2)
        #expect(!viewer.seen.hasEnded)
        viewer.close()
        try await eventually("nothing is left") {
            guard try await run.startedStreams().isEmpty else { return false }
            return try await run.openSessions() == 0
        }
    }
}

extension ApplianceRun {
    /// The value of one of the orchestrator's series; 0 where there is none.
    fileprivate func count(_ series: String) async throws -> Int {
        let lines = try await get(table.orchestrator + "/metrics").text.split(separator: "\n")
        return lines.first { $0.hasPrefix(series + " ") }.flatMap { Int($0.dropFirst(series.count + 1)) } ?? 0
    }
}
