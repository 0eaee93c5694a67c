import Catalogue
import Telemetry

/// Whether anybody could see what goes on, and what the counters say.
enum MetricsChecks {
    static func findings(_ targets: DoctorTargets, _ observation: Observation) -> [Finding] {
        var findings = [
            page(
                "orchestrator", observation.orchestrator["/metrics"],
                families: [
                    OrchestratorFamilies.apiRequests.family.name, OrchestratorFamilies.apiDuration.family.name,
                    OrchestratorFamilies.engines.family.name, OrchestratorFamilies.provisionDuration.family.name,
                    OrchestratorFamilies.circuitState.family.name,
                ])
        ]
        for proxy in targets.proxies {
            findings.append(
                page(
                    targets.proxies.count > 1 ? proxy : "proxy", observation.proxies[proxy]?["/metrics"],
                    families: [
                        ProxyFamilies.fallbackActive.family.name, ProxyFamilies.viewers.family.name,
                        ProxyFamilies.sessions.family.name, ProxyFamilies.streamStartDuration.family.name,
                    ]))
        }
        findings += prometheus(targets, observation)
        return findings + counters(observation.metrics)
    }

    private static func page(_ name: String, _ reply: Reply?, families: [String]) -> Finding {
        guard let reply, reply.isFine else {
            return Finding(
                .metrics, "/metrics of \(name)", .critical, reply?.outcome ?? "not asked",
                advice: reply?.status == 401 ? "give METRICS_TOKEN" : "is the service up?")
        }
        let page = Exposition(reply.text)
        let missing = families.filter { !page.families.contains($0) }
        return Finding(
            .metrics, "/metrics of \(name)", missing.isEmpty ? .ok : .critical,
            missing.isEmpty
                ? "\(page.families.count) families in \(KeyFigures.milliseconds(reply.seconds))"
                : "without \(missing.joined(separator: ", "))", advice: "is it another version?")
    }

    private static func prometheus(_ targets: DoctorTargets, _ observation: Observation) -> [Finding] {
        guard let url = targets.prometheus, let ready = observation.prometheus["/-/ready"] else {
            return [
                Finding(
                    .metrics, "Prometheus", .warning, "nobody said where it is",
                    advice: "do not run without: deploy/prometheus.yml; name it with --prometheus")
            ]
        }
        guard ready.isFine else {
            return [
                Finding(
                    .metrics, "Prometheus", .critical, "\(url): \(ready.outcome)", advice: "start it, or see its log")
            ]
        }
        var findings = [Finding(.metrics, "Prometheus", .ok, "ready")]
        if let answer = observation.prometheus["/api/v1/targets?state=active"]?.decoded(Documents.Targets.self) {
            let down = answer.data.activeTargets.filter { $0.health == "down" }
            findings.append(
                Finding(
                    .metrics, "targets of Prometheus",
                    !down.isEmpty ? .critical : answer.data.activeTargets.isEmpty ? .warning : .ok,
                    "\(answer.data.activeTargets.count) targets, \(down.count) down"
                        + (down.first.map { ": \($0.scrapeUrl) \($0.lastError ?? "")" } ?? ""),
                    advice: "alerts/runbooks/TargetDown.md"))
        }
        if let answer = observation.prometheus["/api/v1/alerts"]?.decoded(Documents.Alerts.self) {
            let firing = answer.data.alerts.filter { $0.state == "firing" && $0.labels["severity"] != "none" }
                .compactMap { $0.labels["alertname"] }
            let names = Set(firing).sorted().joined(separator: ", ")
            findings.append(
                Finding(
                    .metrics, "alerts", firing.isEmpty ? .ok : .warning, firing.isEmpty ? "none fires" : names,
                    advice: "alerts/runbooks/\(firing.first ?? "").md"))
        }
        return findings
    }

    private static func counters(_ metrics: Exposition) -> [Finding] {
        let family = OrchestratorFamilies.provisionDuration.family.name + "_count"
        guard let failed = metrics.sum(family, ["success": "false"]) else { return [] }
        let good = metrics.sum(family, ["success": "true"]) ?? 0
        let share = failed + good > 0 ? failed / (failed + good) : 0
        return [
            Finding(
                .metrics, "provisioning failures", Finding.measured(share, warning: 0.05, critical: 0.5),
                "\(Int(failed)) of \(Int(failed + good)) since the start",
                advice: "GET /events?event_type=engine says why; alerts/runbooks/CircuitBreakerOpen.md")
        ]
    }
}
