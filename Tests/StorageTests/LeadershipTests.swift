import Fleet
import Foundation
import Storage
import Testing

/// One writer at a time, told apart by its token.
@Suite struct LeadershipTests {
    private let now = Timestamp(milliseconds: 1_000_000)

    private func withURL(_ body: (DatabaseURL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(try DatabaseURL("sqlite:///\(folder)/state.db"))
    }

    private func event(_ message: String) -> StateChange {
        .logEvent(EventRecord(at: now, type: .system, category: "c", message: message))
    }

    private func code(_ body: () async throws -> Void) async -> StorageError.Code? {
        do {
            try await body()
            return nil
        } catch { return (error as? StorageError)?.code }
    }

    @Test func whoWasReplacedWritesNothing() async throws {
        try await withURL { url async throws in
            let first = StateStore(closed: url)
            #expect(try await first.leadership() == nil)
            #expect(try await first.lead(as: "first", lease: .seconds(6), after: nil, now: now) == 1)
            try await first.apply([event("1")])
            let second = StateStore(closed: url)
            let known = try #require(try await second.leadership())
            #expect(known.holder == "first")
            #expect(try second.isAlive(known))
            try await first.renewLeadership(now: now, lease: .seconds(6))
            #expect(try await second.leadership()?.renewals == 1)
            #expect(try await second.lead(as: "second", lease: .seconds(6), after: known, now: now) == nil)
            let renewed = try #require(try await second.leadership())
            #expect(try await second.lead(as: "second", lease: .seconds(6), after: renewed, now: now) == 2)
            #expect(await code { try await first.apply([event("late")]) } == .fenced)
            #expect(await code { try await first.renewLeadership(now: now, lease: .seconds(6)) } == .fenced)
            #expect(await code { try await first.confirmLeadership() } == .fenced)
            try await second.apply([event("2")])
            #expect(try await second.events().map(\.message) == ["2", "1"])
        }
    }

    @Test func aLeaderThatIsGoneIsSeenAtOnce() async throws {
        try await withURL { url async throws in
            let waiting = StateStore(closed: url)
            do {
                let first = StateStore(closed: url)
                #expect(try await first.lead(as: "first", lease: .zero, after: nil, now: now) == 1)
                let known = try #require(try await waiting.leadership())
                #expect(try waiting.isAlive(known))
            }
            let known = try #require(try await waiting.leadership())
            // A process that this one is just starting elsewhere has the lock too, until it runs its program.
            let deadline = ContinuousClock.now + .seconds(20)
            while try waiting.isAlive(known), ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(5))
            }
            try #require(try !waiting.isAlive(known))
            #expect(try await waiting.lead(as: "next", lease: .zero, after: known, now: now) == 2)
            #expect(try waiting.isAlive(try #require(try await waiting.leadership())))
        }
    }

    @Test func aStoreThatIsNotOpenRefusesAndTouchesNothing() async throws {
        try await withURL { url async throws in
            let store = StateStore(closed: url)
            #expect(await code { try await store.apply([event("x")]) } == .unavailable)
            try await store.check()
            #expect(!FileManager.default.fileExists(atPath: url.path))
        }
    }
}
