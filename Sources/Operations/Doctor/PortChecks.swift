import Foundation

/// Whether the ports are ours, free, or taken by somebody else. Blocks.
enum PortChecks {
    static func findings(_ targets: DoctorTargets, _ observation: Observation) -> [Finding] {
        var findings = [
            port(targets.orchestrator, "orchestrator", observation.orchestrator["/health"], setting: "APP_PORT") {
                $0.text.contains("\"status\"")
            }
        ]
        for proxy in targets.proxies {
            findings.append(
                port(proxy, "proxy", observation.proxies[proxy]?["/health"], setting: "ACEXY_LISTEN_ADDR") {
                    $0.text.contains("\"sessions\"")
                })
        }
        return findings + [engines(targets, observation)]
    }

    private static func port(
        _ url: String, _ name: String, _ reply: Reply?, setting: String, isOurs: (Reply) -> Bool
    ) -> Finding {
        let address = url.split(separator: "/").dropFirst().first.map(String.init) ?? url
        guard let reply, reply.failure == nil else {
            let host = URL(string: url)?.host ?? ""
            let isLocal = ["127.0.0.1", "localhost", "::1", "[::1]"].contains(host)
            let isTaken = isLocal && listening().contains(URL(string: url)?.port ?? 80)
            return isTaken
                ? Finding(
                    .ports, "port of the \(name)", .critical, "\(address): something listens and does not answer HTTP",
                    advice: "find it with ss -ltnp, or move ours with \(setting)")
                : Finding(.ports, "port of the \(name)", .ok, "\(address): nobody listens")
        }
        return isOurs(reply)
            ? Finding(.ports, "port of the \(name)", .ok, "\(address): ours")
            : Finding(
                .ports, "port of the \(name)", .critical, "\(address): another program answers (\(reply.outcome))",
                advice: "find it with ss -ltnp, or move ours with \(setting)")
    }

    private static func engines(_ targets: DoctorTargets, _ observation: Observation) -> Finding {
        let name = "ports of engines"
        let limit = observation.metrics.sum("orch_ports_limit")
        let used = observation.metrics.sum("orch_ports_used")
        guard let limit, let used else {
            let range = targets.portRange
            let taken = listening().count { range.contains($0) }
            return Finding(
                .ports, name, taken > range.count * 9 / 10 ? .warning : .ok,
                "\(taken) of \(range.lowerBound)-\(range.upperBound) are listened on", advice: "widen PORT_RANGE_HOST")
        }
        let most = observation.metrics.sum("orch_engines_limit") ?? 0
        let status: Finding.Status = used >= limit ? .critical : limit < most ? .warning : .ok
        return Finding(
            .ports, name, status, "\(Int(used)) of \(Int(limit)) taken, MAX_REPLICAS is \(Int(most))",
            advice: "widen PORT_RANGE_HOST: it has fewer ports than engines may exist")
    }

    /// Ports that something listens on, on any address.
    static func listening() -> Set<Int> {
        var ports: Set<Int> = []
        for path in ["/proc/net/tcp", "/proc/net/tcp6"] {
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            for line in String(decoding: data, as: UTF8.self).split(separator: "\n").dropFirst() {
                let words = line.split(separator: " ")
                guard words.count > 3, words[3] == "0A", let colon = words[1].lastIndex(of: ":"),
                    let port = Int(words[1][words[1].index(after: colon)...], radix: 16)
                else { continue }
                ports.insert(port)
            }
        }
        return ports
    }
}
