/// How far the clocks of the services are from ours.
enum ClockChecks {
    static func findings(_ targets: DoctorTargets, _ observation: Observation) -> [Finding] {
        var clocks: [(String, Reply?)] = [("orchestrator", observation.orchestrator["/health"])]
        clocks += targets.proxies.map {
            (targets.proxies.count > 1 ? "proxy \($0)" : "proxy", observation.proxies[$0]?["/health"])
        }
        if targets.prometheus != nil { clocks.append(("Prometheus", observation.prometheus["/-/ready"])) }
        return clocks.map { name, reply in
            guard let offset = reply?.clockOffset else {
                let reason = reply?.failure == nil ? "its answers have no Date" : "it does not answer"
                return Finding(.clocks, "clock of \(name)", .skipped, reason)
            }
            // What is below a second is the header's resolution.
            let rounded = (offset * 10).rounded() / 10
            return Finding(
                .clocks, "clock of \(name)", Finding.measured(abs(offset), warning: 2, critical: 30),
                "\(rounded) s from this machine's", advice: "synchronise the clocks: timedatectl set-ntp true")
        }
    }
}
