/// Where a Swarm may put engines, besides what is so of all containers (``DockerSettings``).
public struct SwarmSettings: Sendable, Hashable {
    public var constraints: [String]
    public var spreadOver: [String]
    public var reservedMemoryBytes: Int?
    public var reservedCPUs: Double?
    /// How long a service may be without a running task.
    public var reschedulingTimeout: Duration

    /// Reads the settings.
    ///
    /// | variable | type | default |
    /// |---|---|---|
    /// | `SWARM_CONSTRAINTS` | conditions of nodes, comma-separated: `node.role==worker` | none |
    /// | `SWARM_SPREAD` | what engines are spread over besides nodes, comma-separated: `node.labels.zone` | none |
    /// | `SWARM_RESERVE_MEMORY` | bytes a node must have left for an engine, 1 MiB to 1 TiB | nothing |
    /// | `SWARM_RESERVE_CPUS` | cores a node must have left for an engine, 0.01 to 1024 | nothing |
    /// | `SWARM_RESCHEDULE_TIMEOUT_S` | time an engine may run nowhere before it is given up, 1 s to 1 h | 60 |
    init(reader: inout SettingsReader) {
        let isExpression: (String) -> Bool = { text in
            text.utf8.allSatisfy { (0x21...0x7e).contains($0) } && (text.contains("==") || text.contains("!="))
        }
        constraints = reader.parsed(
            "SWARM_CONSTRAINTS", default: [], allowed: "conditions such as node.role==worker, comma-separated"
        ) { text in
            let parts = Self.list(text)
            return parts.allSatisfy(isExpression) ? parts : nil
        }
        spreadOver = reader.parsed(
            "SWARM_SPREAD", default: [], allowed: "names such as node.labels.zone, comma-separated"
        ) { text in
            let parts = Self.list(text)
            return parts.allSatisfy { $0.hasPrefix("node.") || $0.hasPrefix("engine.") } ? parts : nil
        }
        let memory = reader.bytes("SWARM_RESERVE_MEMORY", default: 0, in: 0...(1 << 40))
        if memory > 0, memory < 1 << 20 { reader.reject("SWARM_RESERVE_MEMORY is \(memory); at least 1 MiB is needed") }
        reservedMemoryBytes = memory == 0 ? nil : memory
        let cores = reader.parsed("SWARM_RESERVE_CPUS", default: 0.0, allowed: "cores from 0.01 to 1024, or 0") {
            Double($0).flatMap { $0 == 0 || (0.01...1024).contains($0) ? $0 : nil }
        }
        reservedCPUs = cores == 0 ? nil : cores
        reschedulingTimeout = reader.duration(
            "SWARM_RESCHEDULE_TIMEOUT_S", default: .seconds(60), in: .seconds(1)...(.seconds(3600)))
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    }
}
