import Fleet
import Foundation
import Storage
import Testing

/// The tables stay within their limits.
@Suite struct RetentionTests {
    private func withStore(
        _ limits: RetentionLimits, _ body: (StateStore) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(try StateStore(url: DatabaseURL("sqlite:///\(folder)/state.db"), limits: limits))
    }

    private func stream(_ id: String, endedAt: Int64? = nil) -> StreamRecord {
        StreamRecord(
            id: id, content: ContentKey(kind: .infohash, value: "x"), engineID: "e", isAttached: true,
            playbackSessionID: "s", statURL: "", commandURL: "", isLive: true, startedAt: Timestamp(milliseconds: 1),
            endedAt: endedAt.map(Timestamp.init(milliseconds:)))
    }

    private func samples(_ times: ClosedRange<Int64>) -> [StreamSample] {
        times.map { StreamSample(at: Timestamp(milliseconds: $0), peers: Int($0), status: "dl") }
    }

    @Test func aStreamKeepsItsNewestSamples() async throws {
        try await withStore(RetentionLimits(samples: 5)) { store async throws in
            try await store.apply([.saveStream(stream("s")), .saveSamples(streamID: "s", samples(1...3))])
            for time in Int64(4)...12 { try await store.apply([.saveSamples(streamID: "s", samples(time...time))]) }
            #expect(try await store.samples(of: "s") == samples(8...12))
            #expect(try await store.samples(of: "s", since: Timestamp(milliseconds: 11)) == samples(11...12))
            try await store.apply([.saveStream(stream("s", endedAt: 20))])
            #expect(try await store.samples(of: "s").count == 5)
        }
    }

    @Test func samplesGoWithTheirStreamAndNoneAreKeptOfAnUnknownOne() async throws {
        try await withStore(RetentionLimits(endedStreams: 1)) { store async throws in
            try await store.apply([.saveSamples(streamID: "nobody", samples(1...3))])
            #expect(try await store.samples(of: "nobody").isEmpty)
            for (index, id) in ["a", "b", "c"].enumerated() {
                try await store.apply([
                    .saveStream(stream(id)), .saveSamples(streamID: id, samples(1...2)),
                    .saveStream(stream(id, endedAt: Int64(10 + index))),
                ])
            }
            #expect(try await store.streams(maxEnded: 10).map(\.id) == ["c"])
            #expect(try await store.samples(of: "a").isEmpty)
            #expect(try await store.samples(of: "c").count == 2)
        }
    }

    @Test func theEventLogNeverHasMoreRowsThanItsLimit() async throws {
        try await withStore(RetentionLimits(events: 160)) { store async throws in
            for batch in 0..<50 {
                try await store.apply(
                    (0..<7).map { number in
                        .logEvent(
                            EventRecord(
                                at: Timestamp(milliseconds: Int64(batch)), type: .system, category: "c",
                                message: "\(batch).\(number)"))
                    })
                #expect(try await store.eventSummary().total <= 160 + 7)
            }
            let kept = try await store.events(EventQuery(limit: 1000))
            #expect((150...167).contains(kept.count))
            #expect(kept.first?.message == "49.6")
        }
    }

    @Test func whatIsTooOldIsPurged() async throws {
        let limits = RetentionLimits(
            eventAge: .milliseconds(100), endedStreamAge: .milliseconds(100), sampleAge: .milliseconds(100))
        try await withStore(limits) { store async throws in
            try await store.apply(
                (1...1200).map {
                    .logEvent(
                        EventRecord(at: Timestamp(milliseconds: $0), type: .engine, category: "c", message: "m"))
                } + [
                    .saveStream(stream("old", endedAt: 1)), .saveStream(stream("new", endedAt: 1150)),
                    .saveStream(stream("runs")), .saveSamples(streamID: "runs", samples(1...20)),
                    .saveSamples(streamID: "runs", samples(1190...1199)),
                ])
            #expect(try await store.purge(now: Timestamp(milliseconds: 1200)) > 1000)
            #expect(try await store.eventSummary().total == 101)
            #expect(Set(try await store.streams(maxEnded: 10).map(\.id)) == ["new", "runs"])
            #expect(try await store.samples(of: "runs").count == 10)
        }
    }
}
