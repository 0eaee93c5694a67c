import Foundation
import Glibc
import Outbound
import TestSupport
import Testing

/// The proxy and its surroundings under everything at once: viewers of all kinds come and go, engines and the
/// orchestrator are killed; at the end nothing may be left, and nothing may have grown.
@Suite(
    .serialized, .timeLimit(.minutes(TestLength.isLong ? 20 : 4)),
    .appliance(SoakSettings.environment))
struct SoakTests {
    private struct EngineCounts: Decodable {
        let openSessions: Int
        let sessionsOpened: Int
        let sessionsStopped: Int
        let sessionsExpired: Int
    }

    /// Idle connections that the proxy may keep to engines and to the orchestrator for the next call.
    private static let keptConnections = 24

    @Test func nothingIsLeftAndNothingGrows() async throws {
        let run = try ApplianceRun.current()
        try await run.settle()
        let (warmUp, _) = try await run.play(SoakPlan.living[0])
        warmUp.close()
        try await run.settle()
        let pid = try #require(try run.readTable().pids["proxy"])
        let before = try #require(ProcessFigures(of: pid))
        let sampler = try SoakSampler(run)
        let crowd = try SoakCrowd(proxy: run.table.proxy)
        print("soak: \(SoakSettings.duration) with WEIR_SEED=\(TestLength.seed)")
        let sampling = Task { await sampler.watch() }
        let kills = await runPlan(run, crowd)
        crowd.disperse()
        sampling.cancel()
        await sampling.value

        let quiet = ContinuousClock.now
        try await becomeQuiet(run)
        let calm = quiet.duration(to: .now)
        try await eventually("the proxy's descriptors are as before: \(before.descriptors)", within: .seconds(60)) {
            (ProcessFigures(of: pid)?.descriptors ?? .max) <= before.descriptors + Self.keptConnections
        }
        let after = try #require(ProcessFigures(of: pid))
        report(sampler, crowd, kills, before: before, after: after, calm: calm)

        #expect(try run.readTable().pids["proxy"] == pid)
        #expect(crowd.faults == [])
        #expect(crowd.resurrections == 0)
        // Starts may fail while the orchestrator is dead and every engine known is in use, or has just died.
        let visits = crowd.tallies.values.reduce(0) { $0 + $1.visits }
        #expect(crowd.refusals <= 3 + visits / 50)
        #expect(crowd.tallies[.stream]?.served ?? 0 > 0)
        #expect(after.threads <= before.threads + 4)
        try await checkEngines(run)
        try await checkCounts(run)
        checkGrowth(sampler, before: before, after: after)
    }

    // MARK: The course

    /// Plays the plan to its end; returns when everybody has left.
    private func runPlan(_ run: ApplianceRun, _ crowd: SoakCrowd) async -> (engines: Int, orchestrators: Int) {
        var plan = SoakPlan(seed: TestLength.seed, isLong: TestLength.isLong)
        var kills = (engines: 0, orchestrators: 0)
        let begin = ContinuousClock.now
        await withDiscardingTaskGroup { group in
            while true {
                let (time, action) = plan.next()
                guard time < SoakSettings.duration else { break }
                try? await Task.sleep(until: begin + time)
                switch action {
                case .visit(let visit): group.addTask { await crowd.come(visit) }
                case .killEngine(let choice):
                    // Not the last ones: what then becomes of viewers depends on how fast another one starts.
                    guard let engines = try? await run.engines().filter(\.isHealthy), engines.count > 2 else {
                        continue
                    }
                    let ids = engines.map(\.containerId).sorted()
                    guard let victim = try? run.process(ofEngine: ids[Int(choice % UInt64(ids.count))]) else {
                        continue
                    }
                    if kill(victim, SIGKILL) == 0 { kills.engines += 1 }
                case .killOrchestrator:
                    guard let victim = try? run.readTable().pids["orchestrator"] else { continue }
                    if kill(victim, SIGKILL) == 0 { kills.orchestrators += 1 }
                }
            }
        }
        return kills
    }

    private func becomeQuiet(_ run: ApplianceRun) async throws {
        var left = ""
        try await eventually("all is quiet; left: \(left)", within: .seconds(60)) {
            let metrics = try await MetricsText(run.get(run.table.proxy + "/metrics").text)
            let gauges = [
                "weir_proxy_sessions", "weir_proxy_viewers", "weir_proxy_hls_sessions", "weir_proxy_hls_viewers",
                "weir_proxy_sessions_starting", "weir_proxy_players_waiting", "weir_proxy_leases_waiting",
                "weir_proxy_engine_calls_in_flight", "weir_proxy_event_queue_length", "weir_proxy_ring_bytes",
                "weir_proxy_hls_cache_bytes", "weir_proxy_hls_window_bytes",
            ]
            let remaining = gauges.filter { metrics.sum($0) != 0 }.map { "\($0)=\(metrics.sum($0))" }
            let streams = try await run.startedStreams().map(\.id)
            let engines = try await run.engines().filter { !$0.streams.isEmpty || $0.leases != 0 }.map(\.containerId)
            let open = try await run.openSessions()
            left = "\(remaining) \(streams) \(engines), \(open) open sessions"
            return remaining.isEmpty && streams.isEmpty && engines.isEmpty && open == 0
        }
    }

    // MARK: Checks

    /// Every session that an engine has opened was stopped, none was left to its own idle time.
    private func checkEngines(_ run: ApplianceRun) async throws {
        for engine in try await run.engines() {
            let counts = try await run.document(EngineCounts.self, "http://\(engine.host):\(engine.port)/sim/state")
            #expect(counts.openSessions == 0)
            #expect(counts.sessionsExpired == 0)
            #expect(counts.sessionsOpened == counts.sessionsStopped)
        }
    }

    private func checkCounts(_ run: ApplianceRun) async throws {
        let proxy = try await MetricsText(run.get(run.table.proxy + "/metrics").text)
        let started = proxy.sum("weir_proxy_stream_starts_total", "outcome=\"ok\"")
        #expect(started > 0)
        #expect(started == proxy.sum("weir_proxy_sessions_ended_total"))
        let queued = proxy.sum("weir_proxy_events_total", "\"queued\"")
        #expect(queued == proxy.sum("weir_proxy_events_total", "\"sent\""))
        #expect(proxy.sum("weir_proxy_events_total", "\"dropped\"") == 0)
        let orchestrator = try await MetricsText(run.get(run.table.orchestrator + "/metrics").text)
        let gauges = [
            "orch_streams_active", "orch_leases_active", "orch_leases_waiting", "orch_stream_slots_used",
            "orch_unreported_sessions",
        ]
        for gauge in gauges {
            #expect(orchestrator.sum(gauge) == 0, "\(gauge)")
        }
    }

    private func checkGrowth(_ sampler: SoakSampler, before: ProcessFigures, after: ProcessFigures) {
        let samples = sampler.samples
        #expect(samples.count > 10)
        guard TestLength.isLong else {
            #expect(after.residentBytes - before.residentBytes < 96 << 20)
            return
        }
        let memory = SoakSampler.trend(samples) { $0.proxy.residentBytes }
        #expect(memory.map { $0.slope < Double(1 << 20) } == true)
        let descriptors = SoakSampler.trend(samples) { $0.proxy.descriptors }
        #expect(descriptors.map { $0.slope < 1 } == true)
    }

    private func report(
        _ sampler: SoakSampler, _ crowd: SoakCrowd, _ kills: (engines: Int, orchestrators: Int),
        before: ProcessFigures, after: ProcessFigures, calm: Duration
    ) {
        var report = SoakReport()
        let samples = sampler.samples
        report.add("proxy RSS", "MB", scale: 1e6, samples) { $0.proxy.residentBytes }
        report.add("proxy descriptors", "", samples) { $0.proxy.descriptors }
        report.add("proxy threads", "", samples) { $0.proxy.threads }
        report.add("proxy sessions", "", samples) { $0.proxySessions }
        report.add("proxy viewers", "", samples) { $0.proxyViewers }
        let last = sampler.ofLastOrchestrator
        report.add("orch. RSS", "MB", scale: 1e6, last) { $0.orchestrator?.figures.residentBytes }
        report.add("orch. descriptors", "", last) { $0.orchestrator?.figures.descriptors }
        report.add("orch. threads", "", last) { $0.orchestrator?.figures.threads }
        for (manner, tally) in crowd.tallies.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let refused = tally.refusals.values.reduce(0, +)
            report.lines.append(
                """
                \(manner.rawValue): \(tally.visits) visits, \(tally.served) served (\(tally.bytes / 1_000_000) MB), \
                \(tally.leftEarly) left early, \(refused) refused
                """)
            report.lines += tally.refusals.sorted { $0.value > $1.value }.map { "  \($0.value) × \($0.key)" }
        }
        report.lines.append(
            """
            killed \(kills.engines) engines and \(kills.orchestrators) orchestrators; quiet after \(calm); before and \
            after: RSS \(before.residentBytes / 1_000_000) and \(after.residentBytes / 1_000_000) MB, descriptors \
            \(before.descriptors) and \(after.descriptors), threads \(before.threads) and \(after.threads)
            """)
        print(report.text)
    }
}
