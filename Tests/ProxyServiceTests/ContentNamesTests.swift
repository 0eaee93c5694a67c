import EngineSimulator
import Outbound
import Testing

/// One content asked for by different names is one engine session.
@Suite(.serialized) struct ContentNamesTests {
    static let hash = "00443214c74254b635cf84653a56d7c675be77df"

    @Test func whatTheEngineHasNamedIsJoinedByThatName() async throws {
        try await ProxyFixture.run { fixture in
            let first = try fixture.player("abc")
            #expect(await eventually { first.state.packets > 10 })
            let infohash = try #require(try await fixture.engine.state.sessions.first).infohash
            let players = try [
                fixture.player(query: "infohash=\(infohash)"),
                fixture.player(query: "infohash=\(infohash.uppercased())"),
                fixture.player(query: "magnet=magnet:?xt=urn:btih:\(infohash)"),
                fixture.player(query: "content_id=abc"),
            ]
            #expect(await eventually { players.allSatisfy { $0.state.packets > 10 } })
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            #expect(try await fixture.get("/ace/status?infohash=\(infohash)").text.hasPrefix("{\"clients\":5,"))
            for player in players + [first] { player.kill() }
            #expect(try await eventually { try await fixture.engine.state.sessions.isEmpty })

            // The id's infohash is known from now on, so that no order of requests opens two.
            let again = try [fixture.player(query: "infohash=\(infohash)"), fixture.player("abc")]
            #expect(await eventually { again.allSatisfy { $0.state.packets > 10 } })
            #expect(try await fixture.engine.state.counters.sessionsOpened == 2)
            for player in again { player.kill() }
        }
    }

    @Test func anIDThatTurnsOutToBePlayingJoinsWithoutDisturbingAnybody() async throws {
        try await ProxyFixture.run { fixture in
            let infohash = try await fixture.infohash(of: "abc")
            let viewer = try fixture.player(query: "infohash=\(infohash)")
            #expect(await eventually { viewer.state.packets > 100 })
            let late = try fixture.player("abc")
            #expect(await eventually { late.state.packets > 100 })
            #expect(try await eventually { try await fixture.engine.state.sessions.count == 1 })
            #expect(try await fixture.engine.state.counters.sessionsOpened == 3)
            let third = try fixture.player("abc")
            #expect(await eventually { third.state.packets > 100 })
            #expect(try await fixture.engine.state.counters.sessionsOpened == 3)
            #expect(try await fixture.metric("weir_proxy_sessions") == 1)
            #expect(try await fixture.metric("weir_proxy_viewers") == 3)
            #expect(viewer.state.lost == 0)
            #expect(viewer.state.misaligned == 0)
            for player in [viewer, late, third] { player.kill() }
            #expect(try await eventually { try await fixture.metric("weir_proxy_sessions") == 0 })
            #expect(try await eventually { try await fixture.engine.state.sessions.isEmpty })
        }
    }

    @Test(arguments: [true, false])
    func sessionsStartedAtOnceByTwoNamesBecomeOne(infohashIsFirst: Bool) async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.loadDelay = .fixed(nanoseconds: 200_000_000)
        configuration.temper.startDelay = .fixed(nanoseconds: 200_000_000)
        try await ProxyFixture.run(engine: configuration) { fixture in
            let infohash = try await fixture.infohash(of: "abc")
            let names = infohashIsFirst ? ["infohash=\(infohash)", "id=abc"] : ["id=abc", "infohash=\(infohash)"]
            var players: [Player] = []
            for name in names {
                for _ in 0..<5 { players.append(try fixture.player(query: name)) }
                #expect(try await eventually { try await fixture.metric("weir_proxy_sessions") ?? 0 > 0 })
            }
            let all = players
            // Who leaves while the sessions merge is not waited for, under whichever name it came.
            for name in names { try fixture.player(query: name).kill() }
            #expect(await eventually { all.allSatisfy { $0.state.packets > 100 } })
            #expect(try await eventually { try await fixture.engine.state.sessions.count == 1 })
            #expect(try await fixture.metric("weir_proxy_sessions") == 1)
            #expect(try await eventually { try await fixture.metric("weir_proxy_viewers") == 10 })
            #expect(try await fixture.metric("weir_proxy_stream_starts_total{outcome=\"ok\"}") == 1)
            #expect(all.allSatisfy { $0.state.lost == 0 && $0.state.misaligned == 0 })
            for player in all { player.kill() }
            #expect(try await eventually { try await fixture.engine.state.sessions.isEmpty })
        }
    }

    @Test func aMagnetLinkIsItsInfohashFromTheFirstRequestOn() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.loadDelay = .fixed(nanoseconds: 100_000_000)
        try await ProxyFixture.run(engine: configuration) { fixture in
            let link = "magnet%3A%3Fdn%3Da%26xt%3Durn%3Abtih%3A"
            let players = try [
                "magnet=\(link)\(Self.hash)", "magnet=\(link)ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
                "infohash=\(Self.hash)",
            ].map { try fixture.player(query: $0) }
            #expect(await eventually { players.allSatisfy { $0.state.packets > 10 } })
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            for player in players { player.kill() }
        }
    }

    /// The engine hears the name that was asked for, a pid of the proxy's, and the rest as it came.
    @Test(arguments: [
        ("id=abc", "id=abc"), ("content_id=abc", "id=abc"), ("infohash=ABC", "infohash=ABC"),
        ("url=http%3A%2F%2Fh%2Fa.torrent%3Fx%3D1", "url=http%3A%2F%2Fh%2Fa.torrent%3Fx%3D1"),
        ("magnet=magnet:?xt=urn:btih:0", "magnet=magnet%3A%3Fxt%3Durn%3Abtih%3A0"),
    ])
    func everyNameReachesTheEngine(asked: String, heard: String) async throws {
        try await ProxyFixture.run { fixture in
            let extra = "quality=720&sid=mine&format=redirect&odd%20name=%26&empty="
            let player = try fixture.player(query: "\(asked)&\(extra)")
            #expect(await eventually { player.state.packets > 10 })
            let session = try #require(try await fixture.engine.state.sessions.first)
            let playerID = try #require(session.player)
            #expect(
                playerID.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
            #expect(
                session.query == "\(heard)&format=json&pid=\(playerID)&quality=720&odd%20name=%26&empty=")
            player.kill()
        }
    }
}
