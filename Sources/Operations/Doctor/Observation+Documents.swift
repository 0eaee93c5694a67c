extension Observation {
    var engines: [Documents.Engine]? { orchestrator["/engines"]?.decoded([Documents.Engine].self) }
    var streams: [Documents.Stream]? { orchestrator["/streams?status=started"]?.decoded([Documents.Stream].self) }
    var status: Documents.Status? { orchestrator["/orchestrator/status"]?.decoded(Documents.Status.self) }
    var events: [Documents.Event]? { orchestrator["/events?limit=200"]?.decoded([Documents.Event].self) }
    var breakers: [String: Documents.Breakers.Breaker]? {
        orchestrator["/health/status"]?.decoded(Documents.Breakers.self)?.circuit_breakers
    }
}
