import ArgumentParser

/// What `weir bench api` measures, by the name it is asked for.
enum APIRow: String, CaseIterable, ExpressibleByArgument {
    case engines
    case hung
    case events
    case leases
    case overhead
    case fleet

    var title: String {
        switch self {
        case .engines: "GET /engines with 20 engines, 16 connections"
        case .hung: "the API while 3 of 10 engines hang, 16 connections"
        case .events: "POST /events/batch, 100 events each, 8 connections, durable"
        case .leases: "POST /engines/lease 1,000 times a second, 20 engines"
        case .overhead: "a start with and without an orchestrator"
        case .fleet: "1,000 engines and 5,000 streams: memory, and a restart"
        }
    }

    var defaultRounds: Int { self == .fleet ? 1 : 5 }

    /// Measures once.
    /// - Parameter programs: the directory of the project's programs.
    func round(programs: String) throws(BenchError) -> [Sample] {
        let site = try BenchSite(programs: programs)
        switch self {
        case .engines: return try EngineList.round(site)
        case .hung: return try HungEngines.round(site)
        case .events: return try EventBatches.round(site)
        case .leases: return try Leases.round(site)
        case .overhead: return try LeaseOverhead.round(site)
        case .fleet: return try LargeFleet.round(site)
        }
    }
}
