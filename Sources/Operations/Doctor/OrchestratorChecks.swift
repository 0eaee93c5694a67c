/// The orchestrator, its engines, its streams, its VPN.
enum OrchestratorChecks {
    static func findings(_ targets: DoctorTargets, _ observation: Observation) -> [Finding] {
        guard let health = observation.orchestrator["/health"], health.isFine else {
            let outcome = observation.orchestrator["/health"]?.outcome ?? "not asked"
            let skipped = [DoctorSection.engines, .streams, .vpn].map {
                Finding($0, "all", .skipped, "the orchestrator does not answer")
            }
            return [
                Finding(
                    .orchestrator, "health", .critical, "\(targets.orchestrator)/health: \(outcome)",
                    advice: "start it, or see its log; alerts/runbooks/TargetDown.md")
            ] + skipped
        }
        return [Finding(.orchestrator, "health", .ok, "answers in \(KeyFigures.milliseconds(health.seconds))")]
            + orchestrator(observation) + engines(observation) + streams(observation) + [vpn(observation)]
    }

    private static func orchestrator(_ observation: Observation) -> [Finding] {
        var findings: [Finding] = []
        let ready = observation.orchestrator["/health/ready"]
        let isReady = ready?.status == 200
        findings.append(
            Finding(
                .orchestrator, "readiness", isReady ? .ok : .critical,
                isReady ? "ready" : ready?.outcome ?? "not asked",
                advice: "its engines can be neither seen nor created: see circuit breakers and provider"))
        if let breakers = observation.breakers {
            for (name, breaker) in breakers.sorted(by: { $0.key < $1.key }) {
                let status: Finding.Status =
                    breaker.state == "closed"
                    ? .ok : breaker.state == "open" && name == "general" ? .critical : .warning
                findings.append(
                    Finding(
                        .orchestrator, "circuit breaker \(name)", status,
                        "\(breaker.state), \(breaker.failure_count) failures in a row",
                        advice: "mend what fails, then POST /health/circuit-breaker/reset; "
                            + "alerts/runbooks/CircuitBreakerOpen.md"))
            }
        }
        if let status = observation.status {
            findings.append(
                Finding(
                    .orchestrator, "provisioning", status.provisioning.can_provision ? .ok : .warning,
                    status.provisioning.blocked_reason ?? "possible", advice: "wait, or raise MAX_REPLICAS"))
        }
        for path in ["/engines", "/streams?status=started"] {
            guard let reply = observation.orchestrator[path], !reply.isFine else { continue }
            let isRefused = reply.status == 401 || reply.status == 403
            findings.append(
                Finding(
                    .orchestrator, path, isRefused ? .warning : .critical, reply.outcome,
                    advice: isRefused ? "give the key: API_KEY, or --run with weir up's file" : "see its log"))
        }
        return findings
    }

    private static func engines(_ observation: Observation) -> [Finding] {
        guard let engines = observation.engines else { return [Finding(.engines, "all", .skipped, "no list")] }
        let healthy = engines.count(where: \.isHealthy)
        let free = engines.count(where: \.isFree)
        let least = observation.status?.capacity.min_replicas ?? 1
        let unhealthy = engines.filter { $0.health_status == "unhealthy" }
        let share = engines.isEmpty ? 0 : Double(healthy) / Double(engines.count)
        return [
            Finding(
                .engines, "healthy", share > 0.8 ? .ok : share >= 0.5 ? .warning : .critical,
                "\(healthy) of \(engines.count)"
                    + (unhealthy.isEmpty ? "" : "; not: " + unhealthy.prefix(5).map(\.name).joined(separator: ", ")),
                advice: "alerts/runbooks/NoHealthyEngines.md; DELETE /containers/ID removes one, POST /gc the idle ones"
            ),
            Finding(
                .engines, "free", KeyFigures.freeStatus(free, least: least),
                "\(free), MIN_REPLICAS is \(least)",
                advice: "raise MIN_REPLICAS, or MAX_REPLICAS if that is reached; POST /scale/N starts some now"),
        ]
    }

    private static func streams(_ observation: Observation) -> [Finding] {
        guard let streams = observation.streams else { return [Finding(.streams, "all", .skipped, "no list")] }
        let known = Set((observation.engines ?? []).map(\.container_id))
        let lost = streams.filter { stream in stream.container_id.map { !known.contains($0) } ?? false }
        let capacity = observation.status?.capacity
        let room = capacity.map { ", \($0.used) of \($0.total) places taken" } ?? ""
        return [
            Finding(.streams, "running", .ok, "\(streams.count)\(room)"),
            Finding(
                .streams, "on engines that are gone", lost.isEmpty ? .ok : .warning, "\(lost.count)",
                advice: "they end with the next message of their proxy; POST /gc ends them now"),
        ]
    }

    private static func vpn(_ observation: Observation) -> Finding {
        guard let vpn = observation.orchestrator["/vpn/status"]?.decoded(Documents.VPN.self), vpn.enabled else {
            return Finding(.vpn, "connection", .skipped, "no VPN is used")
        }
        let health = vpn.health ?? vpn.status ?? "unknown"
        let isFine = vpn.connected ?? (health == "healthy")
        let port = vpn.forwarded_port.map { ", port \($0) forwarded" } ?? ", no port forwarded"
        return Finding(
            .vpn, "connection", isFine ? .ok : health == "starting" ? .warning : .critical,
            "\(vpn.container ?? vpn.container_name ?? "VPN"): \(health)\(port)",
            advice: "see the VPN container's log; restart it if it does not recover")
    }
}
