extension FleetState {
    /// Takes in a report that a stream runs. Idempotent by stream id, also for streams that have ended since. Only one
    /// that ended because its proxy fell silent runs again: the proxy is back.
    ///
    /// The engine is that of the lease, else the one named, else the one at the address given. A stream on none of
    /// ours is recorded and attached to none.
    public mutating func start(
        _ report: StreamStart, now: Timestamp
    ) -> (stream: StreamRecord, changes: [FleetChange]) {
        let id = report.id
        let leased = report.leaseID.flatMap { leases[$0] }
        let proxyID = report.proxyID.flatMap { hear(from: $0, now: now)?.id }
        var changes: [FleetChange] = []
        if let known = known(id) {
            if let leased { changes += end(leased.id, .confirmed, now: now) }
            guard known.isRunning, let proxyID, known.proxyID != proxyID else { return (known, changes) }
            streams[id]?.proxyID = proxyID
            return (known, changes + (streams[id].map { [.streamChanged($0)] } ?? []))
        }
        forgetEnded(id)
        if !report.commandURL.isEmpty { forgetUnreported(report.commandURL) }
        let engineID = leased?.engineID ?? report.engineID.flatMap { engines[$0]?.id } ?? engineID(at: report.endpoint)
        let stream = StreamRecord(
            id: id, content: report.content, engineID: engineID ?? report.engineID ?? "", isAttached: engineID != nil,
            playbackSessionID: report.playbackSessionID, statURL: report.statURL, commandURL: report.commandURL,
            isLive: report.isLive, startedAt: now, proxyID: proxyID)
        insert(stream)
        if let leased { changes += end(leased.id, .confirmed, now: now) }
        if let engineID {
            touch(engineID, usedAt: now, isStreamUse: true)
            noteStart(on: engineID, after: leased.map { now - $0.grantedAt }, now: now)
        }
        changes.append(.streamStarted(stream))
        return (stream, changes)
    }

    /// Ends a stream. One that is unknown or has ended before changes nothing.
    public mutating func endStream(id: String, reason: String, now: Timestamp) -> [FleetChange] {
        guard var stream = streams.removeValue(forKey: id) else { return [] }
        stream.endedAt = now
        stream.endReason = reason
        keep(ended: stream)
        revision += 1
        if stream.isAttached {
            streamIDsByEngine[stream.engineID]?.removeAll { $0 == id }
            if streamIDsByEngine[stream.engineID]?.isEmpty == true { streamIDsByEngine[stream.engineID] = nil }
            touch(stream.engineID, usedAt: now, isStreamUse: true)
        }
        return [.streamEnded(stream)] + noteEnd(of: stream, reason: reason, now: now)
    }

    /// Brings back streams known before a restart. Running ones whose engine is gone end with `engine_lost`.
    public mutating func restore(_ stored: [StreamRecord], now: Timestamp) -> [FleetChange] {
        var changes: [FleetChange] = []
        for stream in stored.sorted(by: { ($0.endedAt ?? $0.startedAt) < ($1.endedAt ?? $1.startedAt) }) {
            guard streams[stream.id] == nil, endedStreams[stream.id] == nil else { continue }
            guard stream.isRunning else {
                keep(ended: stream)
                continue
            }
            insert(stream)
            if let proxyID = stream.proxyID {
                let proxy = hear(from: proxyID, now: now)
                streams[stream.id]?.proxyID = proxy?.id
            }
            if stream.isAttached, engines[stream.engineID] == nil {
                changes += endStream(id: stream.id, reason: "engine_lost", now: now)
            } else if stream.isAttached {
                touch(stream.engineID, usedAt: now, isStreamUse: false)
            }
        }
        return changes
    }

    /// The engine that listens at an address; names of the loopback interface are the same.
    func engineID(at endpoint: EngineEndpoint?) -> String? {
        guard let endpoint else { return nil }
        return idsByEndpoint[endpoint.canonical]?.min()
    }

    /// The stream of that id that a further report changes nothing about.
    private func known(_ id: String) -> StreamRecord? {
        if let running = streams[id] { return running }
        guard let ended = endedStreams[id], ended.endReason != Self.proxyLostReason else { return nil }
        return ended
    }

    private mutating func forgetEnded(_ id: String) {
        guard endedStreams.removeValue(forKey: id) != nil else { return }
        endedOrder.removeAll { $0 == id }
    }

    private mutating func insert(_ stream: StreamRecord) {
        streams[stream.id] = stream
        if stream.isAttached { streamIDsByEngine[stream.engineID, default: []].append(stream.id) }
        revision += 1
    }

    private mutating func keep(ended stream: StreamRecord) {
        endedStreams[stream.id] = stream
        endedOrder.append(stream.id)
        while endedOrder.count > limits.maxEndedStreams {
            endedStreams[endedOrder.removeFirst()] = nil
        }
    }
}
