/// Which rooms of the house a room may import: those below it, and beside it those named here.
enum LayerRule {
    static let c: Set = ["CAllocations", "CLibcurl", "CLinux", "CPrometheusProto"]
    /// Pure values: no Foundation, no I/O, nothing from outside.
    static let domain: Set = ["Fleet", "Objectives", "Playlist", "Scaling", "TransportStream"]
    static let libraries = domain.union(["Catalogue", "Telemetry"])
    static let adapters: Set = [
        "EngineAPI", "HTTPGuard", "Outbound", "Providers", "RemoteWrite", "Settings", "Storage",
    ]
    static let services: Set = [
        "Appliance", "Bench", "EngineSimulator", "Observatory", "Operations", "OrchestratorService",
        "ProxyService",
    ]
    static let programs: Set = ["weir", "weir-engine", "weir-orchestrator", "weir-proxy"]

    static let allowed: [String: Set<String>] = {
        let belowServices = c.union(libraries).union(adapters)
        var allowed: [String: Set<String>] = [
            "Fleet": [], "Objectives": [], "TransportStream": [],
            "Playlist": ["Fleet"],
            "Scaling": ["Objectives"],
            "Telemetry": ["CPrometheusProto", "CLinux"],
            "Catalogue": ["Telemetry"],
            "Outbound": ["CLibcurl", "CLinux"],
            "EngineAPI": libraries.union(["Outbound"]),
            "Providers": libraries.union(["Outbound", "EngineAPI", "CLinux"]),
            "HTTPGuard": [],
            "RemoteWrite": libraries.union(["Outbound", "Settings"]),
            "Settings": libraries,
            "Storage": libraries,
            "Observatory": libraries,
        ]
        for service in services where allowed[service] == nil { allowed[service] = belowServices }
        for program in programs { allowed[program] = belowServices.union(services) }
        return allowed
    }()

    private static let rooms = c.union(libraries).union(adapters).union(services).union(programs)

    static func violations(path: String, text: String) -> [Violation] {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count > 2, parts[0] == "Sources", !c.contains(parts[1]) else { return [] }
        let room = parts[1]
        guard let allowed = allowed[room] else {
            return [Violation(path: path, line: 1, message: "\(room) is not a room of the house")]
        }
        return imports(of: text).compactMap { line, module in
            if rooms.contains(module) && !allowed.contains(module) {
                let choice = allowed.isEmpty ? "no other room" : allowed.sorted().joined(separator: ", ")
                return Violation(path: path, line: line, message: "\(room) imports \(module); it may import \(choice)")
            }
            if domain.contains(room) && !rooms.contains(module) {
                return Violation(
                    path: path, line: line,
                    message: "\(room) imports \(module); a domain room imports nothing from outside")
            }
            return nil
        }
    }

    private static func imports(of text: String) -> [(line: Int, module: String)] {
        let pattern =
            #/
            ^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?
            import\s+(?:(?:struct|class|enum|protocol|func|let|var|typealias|actor)\s+)?(\w+)
            /#
        return text.numberedLines.compactMap { line, content in
            content.firstMatch(of: pattern).map { (line, String($0.1)) }
        }
    }
}

extension String {
    /// The lines with their numbers, counted from 1.
    var numberedLines: [(line: Int, content: Substring)] {
        split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { ($0.offset + 1, $0.element) }
    }
}
