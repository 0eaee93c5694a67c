/// The proxies.
enum ProxyChecks {
    static func findings(_ targets: DoctorTargets, _ observation: Observation) -> [Finding] {
        targets.proxies.flatMap { proxy -> [Finding] in
            let replies = observation.proxies[proxy] ?? [:]
            let suffix = targets.proxies.count > 1 ? " of \(proxy)" : ""
            guard let status = replies["/ace/status"], status.isFine else {
                return [
                    Finding(
                        .proxy, "status" + suffix, .critical,
                        "\(proxy)/ace/status: \(replies["/ace/status"]?.outcome ?? "not asked")",
                        advice: "start it, or see its log; alerts/runbooks/TargetDown.md")
                ]
            }
            var findings = [
                Finding(
                    .proxy, "status" + suffix, status.seconds > 1 ? .warning : .ok,
                    "answers in \(KeyFigures.milliseconds(status.seconds))", advice: "is the machine overloaded?")
            ]
            if let health = replies["/health"]?.decoded(Documents.ProxyHealth.self) {
                let alone = health.orchestrator == "none" || health.orchestrator == "unused"
                findings.append(
                    Finding(
                        .proxy, "orchestrator" + suffix,
                        alone ? .skipped : health.fallback ? .critical : health.orchestrator == "up" ? .ok : .warning,
                        health.fallback ? "it does not answer the proxy: fallback is active" : health.orchestrator,
                        advice: "alerts/runbooks/ProxyOnFallback.md; is ACEXY_ORCH_URL right?"))
                findings.append(
                    Finding(
                        .streams, "of the proxy" + suffix, .ok,
                        "\(health.sessions) sessions, \(health.viewers) viewers"))
            }
            let ready = replies["/health/ready"]
            let reasons = (ready?.body).flatMap { Self.reasons($0) } ?? []
            findings.append(
                Finding(
                    .proxy, "readiness" + suffix, ready?.status == 200 ? .ok : .critical,
                    ready?.status == 200 ? "takes streams" : reasons.joined(separator: ", "),
                    advice: "no_engine: orchestrator and static engine are gone; *_limit: raise the limit of that name")
            )
            return findings
        }
    }

    private static func reasons(_ body: [UInt8]) -> [String]? {
        Reply(status: 200, body: body).decoded(Documents.ProxyReady.self)?.reasons
    }
}
