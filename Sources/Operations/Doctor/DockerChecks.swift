import Settings

/// The daemon, what it runs of ours, what of that was left over.
enum DockerChecks {
    static func findings(_ targets: DoctorTargets, _ observation: Observation) -> [Finding] {
        guard let host = targets.docker, let ping = observation.docker["/_ping"] else { return [] }
        let usesDocker = targets.isDockerExpected || observation.status?.config?.engine_variant == "docker"
        guard ping.isFine else {
            return [
                Finding(
                    .docker, "daemon", usesDocker ? .critical : .skipped, "\(host): \(ping.outcome)",
                    advice: "start it (systemctl start docker), or name it with --docker or DOCKER_HOST")
            ]
        }
        let version = observation.docker["/version"]?.decoded(Documents.DockerVersion.self)
        let text = version.map { "\($0.Version), API \($0.ApiVersion)" } ?? "answers"
        var findings = [
            Finding(
                .docker, "daemon", ping.seconds > 1 ? .warning : .ok,
                "\(text), in \(KeyFigures.milliseconds(ping.seconds))", advice: "the daemon is slow: is the disk busy?")
        ]
        findings += containers(observation.docker["/containers/json?all=1"])
        if let use = observation.docker["/system/df"]?.decoded(Documents.DiskUse.self) {
            let size = (use.LayersSize ?? 0) + (use.Containers ?? []).reduce(0) { $0 + ($1.SizeRw ?? 0) }
            findings.append(
                Finding(.docker, "disk use", .ok, "\(MachineChecks.gibibytes(size)) of images and containers"))
        } else {
            let outcome = observation.docker["/system/df"]?.outcome ?? "not asked"
            findings.append(Finding(.docker, "disk use", .skipped, "the daemon does not tell (\(outcome))"))
        }
        return findings
    }

    private static func containers(_ reply: Reply?) -> [Finding] {
        guard let all = reply?.decoded([Documents.Container].self) else {
            return [Finding(.docker, "containers", .warning, reply?.outcome ?? "not asked", advice: "see its log")]
        }
        let ours = all.filter(\.isOurs)
        let running = ours.count { $0.State == "running" }
        let ended = ours.filter { ["exited", "dead", "created"].contains($0.State) }
        return [
            Finding(.docker, "engines in containers", .ok, "\(running) run, of \(all.count) containers in all"),
            Finding(
                .docker, "containers left over", ended.isEmpty ? .ok : .warning,
                ended.isEmpty
                    ? "none"
                    : ended.prefix(5).map { "\($0.name) (\($0.Status ?? $0.State))" }
                        .joined(separator: ", "),
                advice: "POST /gc on the orchestrator, or docker rm \(ended.first?.name ?? "")"),
        ]
    }
}
