import Fleet

/// The streams and what their engines say of them, at one moment.
struct StreamsView: Sendable {
    let fleet: FleetState
    let latest: [String: StreamStatistics]
    /// Another one whenever `latest` says something else.
    let statisticsRevision: UInt64

    /// A stream, running or ended.
    subscript(id: String) -> StreamRecord? { fleet.streams[id] ?? fleet.endedStreams[id] }

    func document(_ stream: StreamRecord) -> JSONValue {
        stream.document(latest[stream.id], engineName: fleet.engines[stream.engineID]?.name)
    }
}
