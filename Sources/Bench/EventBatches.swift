/// How many events a second become durable: each batch starts fifty streams and ends those of the batch before.
enum EventBatches {
    private static let connections = 8

    static func round(_ site: BenchSite) throws(BenchError) -> [Sample] {
        let orchestrator = try BenchOrchestrator(site, engines: 20, settings: ["MAX_STREAMS_PER_ENGINE": "1000"])
        try orchestrator.waitForEngines()
        let ports = try orchestrator.listed().map(\.port)
        var batches = [Int](repeating: 0, count: connections)
        let outcome = try withExtendedLifetime(orchestrator) { () throws(BenchError) in
            try RequestLoad(port: orchestrator.port, connections: connections).run(for: .seconds(5)) { connection in
                defer { batches[connection] += 1 }
                return batch(batches[connection], of: connection, ports: ports)
            }
        }
        return [
            Sample("events a second", (outcome.perSecond * 100).rounded(), goal: .atLeast(20_000)),
            Sample("a batch, median", outcome.delays.median, "ms"),
            Sample("a batch, p99", outcome.delays.quantile(0.99), "ms"),
            Sample("not answered with 200", Double(outcome.refused), goal: .exactly(0)),
        ]
    }

    /// The first one has a hundred starts.
    private static func batch(_ number: Int, of connection: Int, ports: [Int]) -> [UInt8] {
        let size = number == 0 ? 100 : 50
        let started = (0..<size).map { index in
            start("\(connection)-\(number)-\(index)", port: ports[(connection * 50 + index) % ports.count])
        }
        let ended = (0..<(100 - size)).map { index in
            #"{"stream_id":"\#(streamID("\(connection)-\(number - 1)-\(index)"))","reason":"completed"}"#
        }
        let body = #"{"started":[\#(started.joined(separator: ","))],"ended":[\#(ended.joined(separator: ","))]}"#
        return RequestLoad.request("POST", "/events/batch", body: body)
    }

    private static func streamID(_ name: String) -> String { "content-\(name)|session-\(name)" }

    /// The report that a stream has started, as proxies send it.
    static func start(_ name: String, port: Int) -> String {
        let url = "http://127.0.0.1:\(port)/ace"
        return #"{"engine":{"host":"127.0.0.1","port":\#(port)},"#
            + #""stream":{"key_type":"content_id","key":"content-\#(name)"},"#
            + #""session":{"playback_session_id":"session-\#(name)","stat_url":"\#(url)/stat/c/\#(name)","#
            + #""command_url":"\#(url)/cmd/c/\#(name)","is_live":1},"labels":{"stream_id":"\#(streamID(name))"}}"#
    }
}
