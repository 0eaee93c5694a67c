/// The checklists before, during and after a time of high load.
enum LoadChecks {
    /// - Parameter streams: that are expected at once.
    static func before(_ observation: Observation, streams: Int) -> [Finding] {
        guard let status = observation.status else {
            return [Finding(.load, "before", .skipped, "the orchestrator does not answer")]
        }
        let capacity = status.capacity
        let limit = observation.metrics.sum("orch_engines_limit").map(Int.init) ?? capacity.max_replicas
        let engines = observation.engines?.count ?? 0
        let perEngine = engines > 0 && capacity.total > 0 ? max(1, capacity.total / engines) : 1
        let most = limit * perEngine
        var findings = [
            Finding(
                .load, "room for \(streams) streams", most >= streams ? .ok : .critical,
                "\(limit) engines at most, \(perEngine) streams each: \(most)",
                advice: "set MAX_REPLICAS to \((streams + perEngine - 1) / perEngine) or more, and PORT_RANGE_HOST"),
            Finding(
                .load, "places ready now", capacity.available >= streams ? .ok : .warning,
                "\(capacity.available) of \(streams)",
                advice: "start engines before: curl -X POST -H \"Authorization: Bearer $API_KEY\" "
                    + "URL/scale/\((streams + perEngine - 1) / perEngine)"),
        ]
        if let time = observation.metrics.quantile(
            0.95, of: "orch_provision_duration_seconds", where: { $0["success"] == "true" }),
            let atOnce = observation.metrics.sum("orch_provisions_limit"), atOnce > 0
        {
            let missing = max(0, streams - capacity.available + perEngine - 1) / perEngine
            let seconds = (Double(missing) / atOnce).rounded(.up) * time
            findings.append(
                Finding(
                    .load, "time to start the rest", Finding.measured(seconds, warning: 60, critical: 600),
                    "\(missing) engines, about \(Int(seconds.rounded())) s with \(Int(atOnce)) at once",
                    advice: "raise MAX_CONCURRENT_PROVISIONS, or start them before"))
        }
        for (proxy, replies) in observation.proxies.sorted(by: { $0.key < $1.key }) {
            let page = Exposition(replies["/metrics"]?.text ?? "")
            guard let allowed = page.sum("process_max_fds"), let open = page.sum("process_open_fds") else { continue }
            // A session takes two; ten viewers of each are not many.
            let needed = Double(streams * 12)
            findings.append(
                Finding(
                    .load, "descriptors of \(proxy)", allowed - open > needed ? .ok : .warning,
                    "\(Int(allowed - open)) left, \(Int(needed)) for ten viewers of each stream",
                    advice: "raise LimitNOFILE, ulimits or ulimit -n, or add a proxy"))
        }
        return findings
    }

    /// What happened between two looks.
    static func during(_ earlier: Observation, _ observation: Observation, seconds: Double) -> [Finding] {
        let (before, now) = (earlier.metrics, observation.metrics)
        func rate(_ name: String) -> Double {
            max(0, ((now.sum(name) ?? 0) - (before.sum(name) ?? 0)) / seconds)
        }
        func text(_ rate: Double) -> String { "\((rate * 10).rounded() / 10) a second" }
        let latency = KeyFigures.apiLatency(now, since: before)
        let groups = Dictionary(grouping: observation.engines ?? [], by: \.health_status)
            .map { "\($0.value.count) \($0.key)" }.sorted().joined(separator: ", ")
        let waiting = now.sum("orch_leases_waiting") ?? 0
        let refused = rate("orch_provision_refusals_total")
        return [
            Finding(
                .load, "API latency (p95)",
                latency.map { Finding.measured($0, warning: 0.010, critical: 0.050) } ?? .skipped,
                latency.map(KeyFigures.milliseconds) ?? "no request in \(Int(seconds)) s",
                advice: "alerts/runbooks/HighAPILatency.md"),
            Finding(.load, "requests", .ok, text(rate("orch_api_requests_total"))),
            Finding(
                .load, "streams", .ok,
                "\(observation.streams?.count ?? 0), \(text(rate("orch_events_started_total"))) started"),
            Finding(.load, "engines", .ok, groups.isEmpty ? "none" : groups),
            Finding(
                .load, "players that wait for an engine", waiting > 0 ? .warning : .ok, "\(Int(waiting))",
                advice: "raise MIN_REPLICAS so that engines are there before"),
            Finding(
                .load, "provisioning put off", refused > 1 ? .warning : .ok, text(refused),
                advice: "raise MAX_CONCURRENT_PROVISIONS, lower MIN_PROVISION_INTERVAL_S"),
        ]
    }

    static func after(_ observation: Observation) -> [Finding] {
        let engines = observation.engines ?? []
        let least = observation.status?.capacity.min_replicas ?? 0
        let idle = engines.count(where: \.isFree)
        let draining = Int(observation.metrics.sum("orch_engines_draining") ?? 0)
        let leases = Int(observation.metrics.sum("orch_leases_active") ?? 0)
        let lost = Int(observation.metrics.sum("orch_unreported_sessions") ?? 0)
        return [
            Finding(
                .load, "idle engines", idle > max(2 * least, least + 2) ? .warning : .ok,
                "\(idle), MIN_REPLICAS is \(least), \(draining) on their way out",
                advice: "they go after ENGINE_GRACE_PERIOD_S; POST /gc removes them now"),
            Finding(
                .load, "leases without a stream", leases > 0 && observation.streams?.isEmpty == true ? .warning : .ok,
                "\(leases)", advice: "they end after LEASE_TTL_S"),
            Finding(
                .load, "sessions that no proxy reported", lost > 0 ? .warning : .ok, "\(lost)",
                advice: "they are stopped after PROXY_TTL_S"),
        ]
    }
}
