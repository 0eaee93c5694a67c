import Foundation
import Testing

/// Two proxies behind real balancers with the configuration in `deploy/`.
@Suite(.serialized) struct BalancerTests {
    private static let hash = "0123456789abcdef0123456789abcdef01234567"

    @Test(.timeLimit(.minutes(3)), arguments: Balancer.allCases)
    func twentyViewersOfOneContentHaveOneEngineSessionInTheFleet(balancer: Balancer) async throws {
        try await ProxyFleet.around(balancer) { fleet in
            // Who writes more than the content's name means the same content.
            let ways = ["id=one", "content_id=one", "quality=1&id=one", "id=one&quality=2"]
            let viewers = try (0..<20).map { try StreamReader(fleet.url(of: ways[$0 % ways.count])) }
            defer { viewers.forEach { $0.close() } }
            try await eventually("everybody watches") { viewers.allSatisfy { $0.seen.packets > 100 } }
            #expect(try await fleet.engine.sessionsOpened == 1)
            #expect(try await fleet.proxies(playing: "id=one").count == 1)

            let magnet = "magnet=magnet%3A%3Fxt%3Durn%3Abtih%3A\(Self.hash)%26dn%3Dx"
            let twins = try ["infohash=\(Self.hash)", magnet].map { try StreamReader(fleet.url(of: $0)) }
            defer { twins.forEach { $0.close() } }
            try await eventually("both watch the one content") { twins.allSatisfy { $0.seen.packets > 100 } }
            #expect(try await fleet.engine.sessionsOpened == 2)

            viewers.forEach { $0.close() }
            twins.forEach { $0.close() }
            try await eventually("the engine's sessions are stopped") { try await fleet.engine.openSessions == 0 }
            #expect(try await fleet.engine.sessionsStopped == 2)
        }
    }

    @Test(.timeLimit(.minutes(3)), arguments: Balancer.allCases)
    func playersOfHLSStayWithTheProxyThatKnowsTheirSegments(balancer: Balancer) async throws {
        try await ProxyFleet.around(balancer) { fleet in
            let magnet = "magnet%3A%3Fxt%3Durn%3Abtih%3A\(Self.hash)%26dn%3Dx"
            let names = [
                "id=one", "content_id=two", "quality=1&id=three",
                "id=&infohash=\(Self.hash.reversed().map(String.init).joined())",
                "url=http%3A%2F%2Fhost%2Ffour", "magnet=\(magnet)",
            ]
            let targets =
                names.map { "/ace/hls/getstream.m3u8?\($0)" } + (0..<6).map { "/ace/manifest.m3u8?id=hls\($0)" }
            try await withThrowingTaskGroup { players in
                for target in targets {
                    players.addTask { try await fleet.watcher(target).play(3) }
                }
                try await players.waitForAll()
            }
            // One session for each content, and both proxies have some.
            #expect(try await fleet.engine.sessionsOpened == targets.count)
            for port in fleet.proxyPorts {
                let status = try await fleet.ask(port, "/ace/status").text
                #expect(!status.contains("\"streams\":0"), "\(status)")
            }
        }
    }

    @Test(
        .timeLimit(.minutes(3)), arguments: Balancer.allCases,
        ["/ace/manifest.m3u8", "/ace/hls/getstream.m3u8"])
    func twentyPlayersOfHLSHaveOneEngineSessionInTheFleet(balancer: Balancer, path: String) async throws {
        try await ProxyFleet.around(balancer) { fleet in
            let ways = ["id=one", "content_id=one", "quality=1&id=one", "id=one&quality=1"]
            try await withThrowingTaskGroup { players in
                for number in 0..<20 {
                    players.addTask {
                        var player = fleet.watcher("\(path)?\(ways[number % ways.count])")
                        player.agent = "player \(number)"
                        try await player.play(2)
                    }
                }
                try await players.waitForAll()
            }
            #expect(try await fleet.engine.sessionsOpened == 1)
            #expect(try await fleet.proxies(playing: "id=one").count == 1)
        }
    }

    @Test(.timeLimit(.minutes(3)), arguments: Balancer.allCases)
    func channelsPlayAsHLSToo(balancer: Balancer) async throws {
        let keys = ["one", "two words", "a/b", "vier", "fünf", "6"]
        let list = keys.map {
            "#EXTINF:-1 tvg-id=\"\($0)\",\($0)\nacestream://\($0.utf8.count)\($0.utf8.reduce(0) { $0 + Int($1) })\n"
        }
        try await ProxyFleet.around(
            balancer, settings: ["ACEXY_M3U8": "true"], channels: "#EXTM3U\n" + list.joined()
        ) { fleet in
            let unreserved = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\u{0}"..."\u{7F}"))
            try await withThrowingTaskGroup { players in
                for key in keys {
                    let encoded = try #require(key.addingPercentEncoding(withAllowedCharacters: unreserved))
                    players.addTask { try await fleet.watcher("/channels/\(encoded)").play(3) }
                }
                try await players.waitForAll()
            }
            #expect(try await fleet.engine.sessionsOpened == keys.count)
        }
    }

    @Test(.timeLimit(.minutes(3)), arguments: Balancer.allCases)
    func contentsAreSpreadAndEachProxyTellsOfItself(balancer: Balancer) async throws {
        try await ProxyFleet.around(balancer) { fleet in
            let viewers = try (0..<16).map { try StreamReader(fleet.url(of: "id=spread\($0)")) }
            defer { viewers.forEach { $0.close() } }
            try await eventually("everybody watches") { viewers.allSatisfy { $0.seen.packets > 10 } }
            for port in fleet.proxyPorts {
                let status = try await fleet.ask(port, "/ace/status").text
                #expect(!status.contains("\"streams\":0"), "\(status)")
            }
            // What is asked of a content reaches the proxy that plays it.
            for number in 0..<16 {
                #expect(try await fleet.ask(fleet.balancerPort, "/ace/status?id=spread\(number)").status == 200)
            }
            for path in ["/metrics", "/ace/streams"] {
                #expect(try await fleet.ask(fleet.balancerPort, path).status == 404)
            }
        }
    }

    @Test(.timeLimit(.minutes(3)), arguments: Balancer.allCases)
    func aRollingRestartShowsNobodyAnError(balancer: Balancer) async throws {
        try await ProxyFleet.around(balancer) { fleet in
            let contents = try await fleet.contentOfEachProxy()
            let viewers = try contents.map { content in
                try (0..<5).map { _ in try ReturningViewer(fleet.url(of: content)) }
            }
            defer { viewers.joined().forEach { $0.close() } }
            try await eventually("everybody watches") { viewers.joined().allSatisfy { $0.seen.packets > 100 } }
            #expect(try await fleet.engine.openSessions == 2)

            // The second command fails: the script ends there, and the second proxy stays as it was.
            let one = try await fleet.rollingRestart { $0 == 0 ? try fleet.restartCommand(of: $0) : "exit 1" }
            #expect(one.exitCode == 1, "\(one.output)")
            #expect(one.output.contains("is back\n"), "\(one.output)")
            #expect(one.output.contains("the command for \(fleet.address(1)) failed"), "\(one.output)")
            for viewer in viewers[0] { try await viewer.expectBack(afterEnds: 1) }
            for viewer in viewers[1] {
                try await viewer.expectUndisturbed()
            }

            let both = try await fleet.rollingRestart { try fleet.restartCommand(of: $0) }
            #expect(both.exitCode == 0, "\(both.output)")
            for viewer in viewers.joined() { try await viewer.expectBack(afterEnds: 1) }
            try await eventually("one session for each content") { try await fleet.engine.openSessions == 2 }
        }
    }
}
