import EngineSimulator
import Foundation
import Logging
import Outbound
import ProxyService
import Testing

/// Channel lists as players and media servers see them.
@Suite(.serialized) struct ChannelTests {
    private static let list = """
        #EXTM3U url-tvg="http://guide/x.xml"
        #EXTINF:-1 tvg-id="one.tv" tvg-logo="http://logo/1.png" group-title="News",One & <two>
        acestream://1111
        #EXTINF:-1 tvg-id="film" tvg-chno="9" group-title="Films",Films
        infohash://2222
        acestream://3333
        #EXTINF:-1,By link
        magnet:?xt=urn:btih:4444
        """

    private func run(
        _ text: String = list, name: String = "channels.m3u", engine: SimulatedEngineConfiguration = .init(),
        environment: [String: String] = [:], logger: Logger = ProxyFixture.silent,
        _ body: (ProxyFixture, ChannelListFile) async throws -> Void
    ) async throws {
        let file = try ChannelListFile(text, name: name)
        defer { file.remove() }
        try await ProxyFixture.run(
            engine: engine, environment: environment.merging(file.environment) { own, _ in own }, logger: logger
        ) { try await body($0, file) }
    }

    // MARK: Pages

    @Test func thePlaylistLeadsThroughTheProxy() async throws {
        try await run { fixture, _ in
            let answer = try await fixture.get("/playlist.m3u")
            #expect(answer.status == 200)
            #expect(answer.header("Content-Type") == "audio/x-mpegurl; charset=utf-8")
            let base = "http://127.0.0.1:\(fixture.port)"
            #expect(
                answer.text == """
                    #EXTM3U url-tvg="http://guide/x.xml" x-tvg-url="http://guide/x.xml"
                    #EXTINF:-1 tvg-id="one.tv" tvg-chno="1" tvg-logo="http://logo/1.png" group-title="News",One & <two>
                    \(base)/ace/getstream?id=1111
                    #EXTINF:-1 tvg-id="film" tvg-chno="9" group-title="Films",Films
                    \(base)/channels/film
                    #EXTINF:-1 tvg-chno="2",By link
                    \(base)/channels/2

                    """)
            let other = try await fixture.get("/playlist.m3u8")
            #expect(other.text == answer.text)
            let news = try await fixture.get("/playlist.m3u?group=news").text
            #expect(news.contains("id=1111") && !news.contains("film"))
            let link = try await fixture.get("/playlist.m3u?search=LINK").text
            #expect(link.contains("/channels/2") && !link.contains("1111"))
            #expect(try await fixture.get("/playlist.m3u?group=%zz").status == 400)
            #expect(try await fixture.metric("weir_proxy_channels") == 3)
        }
    }

    private struct Discovery: Decodable {
        var FriendlyName, ModelNumber, FirmwareName, FirmwareVersion, DeviceID, DeviceAuth, BaseURL, LineupURL: String
        var TunerCount: Int
    }

    private struct Program: Decodable, Equatable {
        var GuideNumber, GuideName, URL: String
    }

    private struct LineupStatus: Decodable {
        var ScanInProgress, ScanPossible: Int
        var Source: String
        var SourceList: [String]
    }

    @Test func mediaServersFindATuner() async throws {
        let environment = ["PUBLIC_URL": "https://tv.example/x/", "HDHR_TUNER_COUNT": "7"]
        try await run(environment: environment) { fixture, _ in
            let decoder = JSONDecoder()
            let discovery = try await decoder.decode(Discovery.self, from: Data(fixture.get("/discover.json").body))
            #expect(discovery.BaseURL == "https://tv.example/x")
            #expect(discovery.LineupURL == "https://tv.example/x/lineup.json")
            #expect(discovery.TunerCount == 7)
            #expect(discovery.DeviceID.count == 8)
            let lineup = try await decoder.decode([Program].self, from: Data(fixture.get("/lineup.json").body))
            #expect(
                lineup == [
                    Program(
                        GuideNumber: "1", GuideName: "One & <two>", URL: "https://tv.example/x/ace/getstream?id=1111"),
                    Program(GuideNumber: "9", GuideName: "Films", URL: "https://tv.example/x/channels/film"),
                    Program(GuideNumber: "2", GuideName: "By link", URL: "https://tv.example/x/channels/2"),
                ])
            let status = try await decoder.decode(
                LineupStatus.self, from: Data(fixture.get("/lineup_status.json").body))
            #expect(status.ScanInProgress == 0)
            #expect(status.SourceList.contains(status.Source))
            let device = try await fixture.get("/device.xml")
            #expect(device.header("Content-Type") == "application/xml; charset=utf-8")
            #expect(device.text.contains("<serialNumber>\(discovery.DeviceID)</serialNumber>"))
            let xml = try await fixture.get("/lineup.xml").text
            #expect(xml.contains("<GuideName>One &amp; &lt;two&gt;</GuideName>"))
            #expect(xml.components(separatedBy: "<Program>").count == 4)
        }
    }

    @Test func aScanIsTakenAndHeadIsAnswered() async throws {
        try await run { fixture, _ in
            let base = "http://127.0.0.1:\(fixture.port)"
            func status(_ method: String, _ target: String) async throws -> Int {
                try await fixture.outbound.send(
                    OutboundRequest(method, base + target, body: method == "POST" ? [] : nil)
                ).status
            }
            #expect(try await status("POST", "/lineup.post?scan=start") == 200)
            #expect(try await status("POST", "/lineup.post?scan=abort") == 200)
            #expect(try await status("POST", "/lineup.post?scan=x") == 400)
            #expect(try await status("POST", "/lineup.json") == 405)
            let pages = [
                "/playlist.m3u", "/discover.json", "/lineup.json", "/lineup.xml", "/lineup_status.json", "/device.xml",
            ]
            for page in pages {
                let head = try await fixture.outbound.send(OutboundRequest("HEAD", base + page))
                let whole = try await fixture.get(page)
                #expect(head.status == 200 && head.body.isEmpty)
                #expect(head.header("Content-Length") == "\(whole.body.count)")
            }
            let head = try await fixture.outbound.send(OutboundRequest("HEAD", base + "/channels/9"))
            #expect(head.header("Content-Type") == "video/mp2t")
            #expect(try await status("POST", "/channels/9") == 405)
            #expect(try await fixture.engine.state.counters.sessionsOpened == 0)
        }
    }

    @Test(arguments: [
        "evil.example/x", "a\"b", "<script>", "a:99999", "user@host", "",
    ])
    func aHostThatIsNoneIsRefused(host: String) async throws {
        try await run { fixture, _ in
            for page in ["/playlist.m3u", "/discover.json", "/lineup.json", "/lineup.xml", "/device.xml"] {
                let connection = try Connection(port: fixture.port)
                let text = await connection.exchange(
                    "GET \(page) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n")
                #expect(text.hasPrefix("HTTP/1.1 400 "), "\(text)")
                #expect(host.isEmpty || !text.contains(host))
            }
        }
    }

    @Test func withoutAChannelFileThereIsNothing() async throws {
        try await ProxyFixture.run { fixture in
            for page in ["/playlist.m3u", "/discover.json", "/lineup_status.json"] {
                let answer = try await fixture.get(page)
                #expect(answer.text == "404 page not found\n")
            }
            let answer = try await fixture.get("/channels/1")
            #expect(answer.text == "Channel not found\n")
        }
    }

    // MARK: Streams

    @Test func aBackupIsPlayedWhenThePrimaryIsDeadAndSharesItsSession() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.dead = ["2222"]
        try await run(engine: configuration) { fixture, _ in
            let channel = try Player(port: fixture.port, target: "/channels/film")
            #expect(await eventually { channel.state.packets > 100 })
            let byNumber = try Player(port: fixture.port, target: "/channels/9")
            let content = try fixture.player("3333")
            #expect(await eventually { byNumber.state.packets > 100 && content.state.packets > 100 })
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            // The dead one was asked for once and is passed over since.
            #expect(try await fixture.metric("weir_proxy_stream_starts_total{outcome=\"dead_content\"}") == 1)
            #expect(try await fixture.metric("weir_proxy_channel_backups_total") == 2)
            for player in [channel, byNumber, content] { player.kill() }
        }
    }

    @Test func aBackupIsPlayedWhenThePrimarySendsNothing() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.silent = ["2222"]
        try await run(engine: configuration, environment: ["ACEXY_NO_RESPONSE_TIMEOUT": "500ms"]) { fixture, _ in
            let player = try Player(port: fixture.port, target: "/channels/film")
            #expect(await eventually { player.state.packets > 100 })
            player.kill()
        }
    }

    @Test func aMagnetLinkIsPlayedByItsChannel() async throws {
        try await run { fixture, _ in
            let player = try Player(port: fixture.port, target: "/channels/2?duration=30")
            #expect(await eventually { player.state.packets > 100 })
            #expect(try await fixture.get("/ace/status?magnet=magnet:?xt=urn:btih:4444").status == 200)
            player.kill()
        }
    }

    @Test func aChannelWithNothingAliveSaysSo() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.dead = ["2222", "3333"]
        try await run(engine: configuration) { fixture, _ in
            for _ in 0..<2 {
                let answer = try await fixture.get("/channels/film")
                #expect(answer.status == 500)
                #expect(answer.text == "Failed to start stream: failed to load content\n")
            }
            #expect(try await fixture.get("/channels/nobody").status == 404)
            #expect(try await fixture.get("/channels/%zz").status == 404)
            #expect(try await fixture.metric("weir_proxy_channel_backups_total") == 0)
        }
    }

    // MARK: The file

    private static func results(_ fixture: ProxyFixture) async throws -> [Double?] {
        var results: [Double?] = []
        for result in ["loaded", "invalid", "unreadable"] {
            results.append(
                try await fixture.metric("weir_proxy_channel_file_reloads_total{result=\"\(result)\"}"))
        }
        return results
    }

    @Test func aChangedFileIsReadAndABrokenOneIsNot() async throws {
        let lines = LogLines()
        try await run(logger: lines.logger) { fixture, file in
            #expect(try await Self.results(fixture) == [1, 0, 0])
            try file.replace("#EXTM3U\n#EXTINF:-1,New\nacestream://9999\n")
            #expect(try await eventually { try await fixture.get("/playlist.m3u").text.contains("9999") })
            #expect(try await fixture.metric("weir_proxy_channels") == 1)
            try file.overwrite("#EXTM3U\n#EXTINF:-1,Broken\nacestream://\n")
            #expect(try await eventually { try await Self.results(fixture) == [2, 1, 0] })
            #expect(try await fixture.get("/playlist.m3u").text.contains("9999"))
            #expect(try await fixture.metric("weir_proxy_channels") == 1)
            let refusals = try lines.all("the channel file is not valid, the channels known before stay")
            #expect(
                refusals.map { $0.metadata?["problems"] } == [
                    "line 3: broken link: an id is 1 to 128 letters and digits"
                ])
            file.delete()
            #expect(try await eventually { try await Self.results(fixture) == [2, 1, 1] })
            #expect(try await fixture.get("/lineup.json").text.contains("9999"))
            try file.replace("#EXTM3U\n")
            #expect(try await eventually { try await Self.results(fixture) == [3, 1, 1] })
            let empty = try await fixture.get("/lineup.json")
            #expect(empty.text == "[]")
        }
    }

    @Test func aFileThatIsBrokenFromTheStartStopsNothingElse() async throws {
        try await run("channels:\n  - name: One", name: "channels.yaml") { fixture, file in
            let answer = try await fixture.get("/playlist.m3u")
            #expect(answer.status == 503)
            #expect(answer.header("Retry-After") == "5")
            let player = try fixture.player("abc")
            #expect(await eventually { player.state.packets > 10 })
            player.kill()
            try file.replace("channels:\n  - name: One\n    id: 5555\n")
            #expect(try await eventually { try await fixture.get("/playlist.m3u").text.contains("id=5555") })
        }
    }
}
