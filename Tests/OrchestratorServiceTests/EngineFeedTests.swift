import Foundation
import NIOConcurrencyHelpers
import Outbound
import Testing

/// Who follows the engine table.
private final class Follower: Sendable {
    private let state = NIOLockedValueBox((reader: EventStreamReader(), events: [EventStreamReader.Event]()))
    private let connection: Task<OutboundResponse?, Never>

    init(_ client: TestClient, after lastID: String? = nil) {
        var request = OutboundRequest("GET", "http://127.0.0.1:\(client.port)/engines/stream")
        request.headers = lastID.map { [(name: "Last-Event-ID", value: $0)] } ?? []
        request.timeout = .seconds(300)
        request.onBody = { [state] piece in
            state.withLockedValue { state in
                state.events += (try? state.reader.read(Array(piece))) ?? []
            }
        }
        connection = Task { [request] in try? await client.outbound.send(request) }
    }

    var events: [EventStreamReader.Event] { state.withLockedValue { $0.events } }

    func leave() async {
        connection.cancel()
        _ = await connection.value
    }

    /// The answer, once it has ended by itself.
    func answer() async -> OutboundResponse? { await connection.value }

    /// The names of the engines, after all that was told.
    func engines() throws -> Set<String> {
        struct Row: Decodable {
            let container_id: String
        }
        struct Change: Decodable {
            let changed: [Row]
            let removed: [String]
        }
        var known: Set<String> = []
        for event in events {
            if event.name == "table" {
                known = Set(try JSONDecoder().decode([Row].self, from: Data(event.data)).map(\.container_id))
            } else {
                let change = try JSONDecoder().decode(Change.self, from: Data(event.data))
                known.formUnion(change.changed.map(\.container_id))
                known.subtract(change.removed)
            }
        }
        return known
    }
}

@Suite struct EngineFeedTests {
    private static let settings = ["MAX_REPLICAS": "8", "MAX_STREAMS_PER_ENGINE": "2"]

    private struct Row: Decodable {
        let container_id: String
    }

    private static func listed(_ client: TestClient) async throws -> Set<String> {
        Set(try await client.get("/engines").decoded([Row].self).map(\.container_id))
    }

    @Test func whoFollowsKnowsTheTableAndEveryChange() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(Self.settings, engines: FakeEngines(), folder: folder) { client async throws in
                #expect(try await client.post("/provision/acestream").status == 200)
                let follower = Follower(client)
                try await eventually("the table comes") { follower.events.first?.name == "table" }
                #expect(try follower.engines() == (try await Self.listed(client)))
                #expect(try await client.post("/provision/acestream").status == 200)
                try await eventually("the second engine is told") { try follower.engines().count == 2 }
                let victim = try #require(try await Self.listed(client).min())
                #expect(try await client.delete("/containers/\(victim)").status == 200)
                try await eventually("the removal is told") { try follower.engines().count == 1 }
                #expect(try follower.engines() == (try await Self.listed(client)))
                #expect(follower.events.count { $0.name == "table" } == 1)
                let before = follower.events.count
                #expect(try await client.lease().status == 200)
                try await eventually("a lease is told") { follower.events.count > before }
                await follower.leave()
            }
        }
    }

    @Test func whoComesBackIsSentWhatItMissed() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(Self.settings, engines: FakeEngines(), folder: folder) { client async throws in
                #expect(try await client.post("/provision/acestream").status == 200)
                let first = Follower(client)
                try await eventually("the table comes") { !first.events.isEmpty }
                let known = try first.engines()
                await first.leave()
                #expect(try await client.post("/provision/acestream").status == 200)
                let lastID = try #require(first.events.last?.id)
                let second = Follower(client, after: lastID)
                try await eventually("what was missed comes") {
                    try second.engines().union(known) == (try await Self.listed(client))
                }
                #expect(second.events.allSatisfy { $0.name == "change" })
                await second.leave()
                // Of another run, of the future, and nonsense.
                for id in ["1-1", lastID + "000", "x"] {
                    let stranger = Follower(client, after: id)
                    try await eventually("the whole table comes") { stranger.events.first?.name == "table" }
                    await stranger.leave()
                }
            }
        }
    }

    @Test func probesAreNoChangeAndShutdownEndsTheStream() async throws {
        try await withFolder { folder async throws in
            let follower = NIOLockedValueBox<Follower?>(nil)
            let settings = Self.settings.merging(["HEALTH_CHECK_INTERVAL_S": "1"]) { $1 }
            try await withOrchestrator(settings, engines: FakeEngines(), folder: folder) { client async throws in
                #expect(try await client.post("/provision/acestream").status == 200)
                let current = Follower(client)
                follower.withLockedValue { $0 = current }
                try await eventually("the table comes") { !current.events.isEmpty }
                let probes = try #require(try await client.metric(#"orch_health_checks_total{result="success"}"#))
                try await eventually("the engine is probed again") {
                    (try await client.metric(#"orch_health_checks_total{result="success"}"#) ?? 0) >= probes + 2
                }
                #expect(current.events.count == 1)
                #expect(try await client.metric("orch_engine_feed_followers") == 1)
            }
            #expect(await follower.withLockedValue { $0 }?.answer()?.status == 200)
        }
    }
}
