import Foundation
import Glibc
import Outbound
import TestSupport
import Testing

/// Proxies that are killed or cut off under their viewers, in an appliance of its own.
@Suite(
    .serialized, .timeLimit(.minutes(4)),
    .appliance(["PROXY_TTL_S": "5", "ENGINE_GRACE_PERIOD_S": "60", "ACEXY_NO_RESPONSE_TIMEOUT": "60s"]))
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
        guard TestLength.isLong else { return }
        #expect(back < .seconds(5))
        #expect(freed < .seconds(8))
    }

    @Test func aSessionWithoutAByteIsStoppedToo() async throws {
        let run = try ApplianceRun.current()
        try await run.settle()
        let content = ApplianceRun.content(63)
        try await run.setTemper("{\"silent\":[\"\(content)\"]}")
        let stopped = try await run.count("orch_engine_session_stops_total{result=\"stopped\"}")
        let viewer = try StreamReader(run.url(of: content))
        defer { viewer.close() }
        try await eventually("an engine has opened a session, and the orchestrator knows") {
            guard try await run.openSessions() == 1 else { return false }
            return try await run.count("orch_unreported_sessions") == 1
        }
        try await run.killProxy()
        // Engines part with a session without a reader only after a minute.
        try await eventually("no lease and no session is left", within: .seconds(30)) {
            guard try await run.engines().allSatisfy({ $0.leases == 0 }) else { return false }
            return try await run.openSessions() == 0
        }
        #expect(try await run.startedStreams().isEmpty)
        #expect(try await run.count("orch_unreported_sessions") == 0)
        #expect(try await run.count("orch_engine_session_stops_total{result=\"stopped\"}") == stopped + 1)
        try await run.setTemper("{\"silent\":[]}")
    }

    /// The engine sees its client's connection break before it has answered, and opens no session.
    @Test func anEngineThatHasNotAnsweredIsFreedAndOpensNoSession() async throws {
        let run = try ApplianceRun.current()
        try await run.settle()
        try await run.setTemper("{\"load_delay\":\"8s\"}")
        let opened = try await run.openedSessions()
        let viewer = try StreamReader(run.url(of: ApplianceRun.content(64)))
        defer { viewer.close() }
        try await eventually("an engine is leased") { try await run.engines().contains { $0.leases == 1 } }
        let asked = ContinuousClock.now
        try await run.killProxy()
        try await eventually("the lease is free", within: .seconds(30)) {
            try await run.engines().allSatisfy { $0.leases == 0 }
        }
        #expect(try await run.count("orch_leases_ended_total{reason=\"proxy_lost\"}") >= 1)
        try await eventually("the engine would have answered by now", within: .seconds(15)) {
            ContinuousClock.now > asked + .seconds(9)
        }
        #expect(try await run.openedSessions() == opened)
        try await run.setTemper("{\"load_delay\":null}")
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
    /// Kills the proxy and waits for the one that is started in its place.
    fileprivate func killProxy() async throws {
        guard let pid = try readTable().pids["proxy"] else { throw Overdue(description: "there is no proxy") }
        kill(pid, SIGKILL)
        try await eventually("another proxy answers") {
            guard try readTable().pids["proxy"] != pid else { return false }
            return try await proxyHealth().status == "ok"
        }
    }

    /// Changes how every engine behaves.
    fileprivate func setTemper(_ change: String) async throws {
        for engine in try await engines() {
            let request = OutboundRequest(
                "POST", "http://\(engine.host):\(engine.port)/sim/temper", body: Array(change.utf8))
            #expect(try await Self.client.send(request).status == 200)
        }
    }

    /// Sessions that all engines together have ever opened.
    fileprivate func openedSessions() async throws -> Int {
        struct State: Decodable { let sessionsOpened: Int }
        var count = 0
        for engine in try await engines() {
            count += try await document(State.self, "http://\(engine.host):\(engine.port)/sim/state").sessionsOpened
        }
        return count
    }

    /// The value of one of the orchestrator's series; 0 where there is none.
    fileprivate func count(_ series: String) async throws -> Int {
        let lines = try await get(table.orchestrator + "/metrics").text.split(separator: "\n")
        return lines.first { $0.hasPrefix(series + " ") }.flatMap { Int($0.dropFirst(series.count + 1)) } ?? 0
    }
}
