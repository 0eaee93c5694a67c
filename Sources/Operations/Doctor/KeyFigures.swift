/// The figures to watch, against what is good, a warning and critical.
enum KeyFigures {
    static func make(_ observation: Observation, memory: Double?, since earlier: Exposition? = nil) -> [KeyFigure] {
        var figures: [KeyFigure] = []
        if let latency = apiLatency(observation.metrics, since: earlier) {
            figures.append(
                KeyFigure(
                    name: "API latency (p95)", value: milliseconds(latency),
                    status: Finding.measured(latency, warning: 0.010, critical: 0.050), good: "up to 10 ms",
                    warning: "to 50 ms", critical: "more"))
        }
        if let time = observation.metrics.quantile(
            0.95, of: "orch_provision_duration_seconds", where: { $0["success"] == "true" })
        {
            figures.append(
                KeyFigure(
                    name: "provisioning time (p95)", value: "\((time * 10).rounded() / 10) s",
                    status: Finding.measured(time, warning: 5, critical: 10), good: "up to 5 s", warning: "to 10 s",
                    critical: "more"))
        }
        if let engines = observation.engines {
            let least = observation.status?.capacity.min_replicas ?? 1
            let free = engines.count(where: \.isFree)
            figures.append(
                KeyFigure(
                    name: "free engines", value: "\(free)", status: freeStatus(free, least: least),
                    good: "\(least) (MIN_REPLICAS) or more", warning: "fewer", critical: "0"))
            let share = engines.isEmpty ? 0 : Double(engines.count(where: \.isHealthy)) / Double(engines.count)
            figures.append(
                KeyFigure(
                    name: "healthy engines", value: MachineChecks.percent(share),
                    status: share > 0.8 ? .ok : share >= 0.5 ? .warning : .critical, good: "more than 80 %",
                    warning: "50 to 80 %", critical: "fewer"))
        }
        if let state = observation.breakers?["general"]?.state {
            figures.append(
                KeyFigure(
                    name: "circuit breaker", value: state,
                    status: state == "closed" ? .ok : state == "open" ? .critical : .warning, good: "closed",
                    warning: "half_open", critical: "open"))
        }
        if let memory {
            figures.append(
                KeyFigure(
                    name: "memory in use", value: MachineChecks.percent(memory),
                    status: Finding.measured(memory, warning: 0.6, critical: 0.8), good: "up to 60 %",
                    warning: "to 80 %", critical: "more"))
        }
        return figures
    }

    /// p95 of what answers at once: requests that wait for an engine, and streams of events, are left out.
    static func apiLatency(_ metrics: Exposition, since earlier: Exposition? = nil) -> Double? {
        let slow = ["lease", "provision", "scale", "gc", "stream}", "/engines/stream", "/events/stream", "containers"]
        return metrics.quantile(0.95, of: "orch_api_duration_seconds", since: earlier) { labels in
            let endpoint = labels["endpoint"] ?? ""
            return !slow.contains { endpoint.contains($0) } && endpoint != "/metrics"
        }
    }

    /// As many as there should be; fewer; none.
    static func freeStatus(_ free: Int, least: Int) -> Finding.Status {
        free >= max(1, least) ? .ok : free > 0 || least == 0 ? .warning : .critical
    }

    static func milliseconds(_ seconds: Double) -> String {
        let value = seconds * 1000
        return value < 10 ? "\((value * 10).rounded() / 10) ms" : "\(Int(value.rounded())) ms"
    }
}
