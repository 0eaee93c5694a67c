import Fleet
import Foundation
import GRDB
import Scaling
import Storage
import Testing

@Suite struct StateStoreTests {
    private func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(folder)
    }

    private func store(_ folder: String) throws -> StateStore {
        try StateStore(url: DatabaseURL("sqlite:///\(folder)/state.db"))
    }

    private let engine: Engine = {
        var engine = Engine(
            id: "e1", name: "acestream-1", endpoint: EngineEndpoint(host: "127.0.0.1", port: 19000),
            labels: ["a": "ü\"'"], firstSeen: Timestamp(milliseconds: 1_000))
        engine.lastStreamUsage = Timestamp(milliseconds: 5_000)
        return engine
    }()

    private func stream(_ id: String, endedAt: Int64? = nil) -> StreamRecord {
        StreamRecord(
            id: id, content: ContentKey(kind: .magnet, value: "magnet:?x"), engineID: "e1", isAttached: true,
            playbackSessionID: "s", statURL: "http://h/stat", commandURL: "http://h/cmd", isLive: false,
            startedAt: Timestamp(milliseconds: 2_000), endedAt: endedAt.map(Timestamp.init(milliseconds:)),
            endReason: endedAt == nil ? nil : "completed")
    }

    @Test func everythingWrittenIsThereAfterReopening() async throws {
        try await withFolder { folder async throws in
            let streams = [stream("running"), stream("ended", endedAt: 3_000)]
            let inputs = ScalingDecision.Inputs(
                startRate: 1.5, dispersion: 1, leadTimeSeconds: 2, quantile: 0.99, freeTarget: 3, waiting: 1,
                burnRate: 0, floor: 0)
            let decision = ScalingDecision(
                at: 9, policy: "slo", desired: 3, current: 1, free: 0, used: 1, direction: .up, reason: "why",
                inputs: inputs)
            do {
                let store = try store(folder)
                try await store.apply(
                    [.saveEngine(engine), .logDecision(decision), .setConfiguration(key: "k", value: "v")]
                        + streams.map(StateChange.saveStream))
            }
            let reopened = try store(folder)
            let engines = try await reopened.engines()
            #expect(engines.first?.labels == engine.labels)
            #expect(engines.first?.lastStreamUsage == engine.lastStreamUsage)
            #expect(try await reopened.streams(maxEnded: 10) == streams)
            #expect(try await reopened.decisions(limit: 5) == [decision])
            #expect(try await reopened.configuration("k") == "v")
            #expect(reopened.sizeInBytes > 0)
        }
    }

    /// A file as the first version left it: without the column of the second.
    @Test func aFileOfTheFirstVersionKeepsWhatItHolds() async throws {
        try await withFolder { folder async throws in
            do {
                let store = try store(folder)
                try await store.apply([.saveEngine(engine), .saveStream(stream("running"))])
            }
            let file = try DatabaseQueue(path: folder + "/state.db")
            try await file.write { database in
                try database.execute(sql: "ALTER TABLE streams DROP COLUMN proxy_instance")
                try database.execute(sql: "DELETE FROM grdb_migrations WHERE identifier LIKE '2:%'")
            }
            try file.close()
            let upgraded = try store(folder)
            #expect(try await upgraded.streams(maxEnded: 10) == [stream("running")])
            #expect(try await upgraded.engines().map(\.id) == [engine.id])
            var owned = stream("owned")
            owned.proxyID = "p1"
            try await upgraded.apply([.saveStream(owned)])
            #expect(try await upgraded.streams(maxEnded: 10).contains(owned))
        }
    }

    @Test func laterChangesReplaceEarlierOnes() async throws {
        try await withFolder { folder async throws in
            let store = try store(folder)
            try await store.apply([.saveEngine(engine), .saveStream(stream("s")), .removeEngine(id: "e1")])
            try await store.apply([.saveStream(stream("s", endedAt: 4_000))])
            #expect(try await store.engines().isEmpty)
            #expect(try await store.streams(maxEnded: 10) == [stream("s", endedAt: 4_000)])
        }
    }

    @Test func eventsAreFilteredAndPagedNewestFirst() async throws {
        try await withFolder { folder async throws in
            let store = try store(folder)
            try await store.apply(
                (1...6).map { number in
                    .logEvent(
                        EventRecord(
                            at: Timestamp(milliseconds: Int64(number)), type: number % 2 == 0 ? .engine : .system,
                            category: "c", message: "m\(number)", details: ["n": "\(number)"]))
                })
            #expect(try await store.events(EventQuery(limit: 2, offset: 1)).map(\.message) == ["m5", "m4"])
            #expect(try await store.events(EventQuery(type: .engine)).map(\.message) == ["m6", "m4", "m2"])
            let since = Timestamp(milliseconds: 6)
            #expect(try await store.events(EventQuery(since: since)).first?.details == ["n": "6"])
        }
    }

    @Test func damagedFileIsRefusedAndLeftAsItIs() async throws {
        try await withFolder { folder async throws in
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let path = folder + "/state.db"
            let content = Data("this is no database, but somebody's notes about one".utf8)
            try content.write(to: URL(fileURLWithPath: path))
            let error = try #require(throws: StorageError.self) { try store(folder) }
            #expect(error.code == .damaged)
            #expect(error.message.contains(path))
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == content)
        }
    }

    @Test(arguments: ["", "postgres://x", "sqlite://", "sqlite:///"])
    func otherURLsAreRefusedWithTheSyntax(text: String) {
        let error = #expect(throws: StorageError.self) { try DatabaseURL(text) }
        #expect(error?.code == .invalidURL)
        #expect(error?.message.contains("sqlite:///path") == true)
    }
}
