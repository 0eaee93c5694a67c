import Playlist
import Settings
import Testing

@Suite struct ChannelSettingsTests {
    @Test func withoutAFileThereAreNoChannels() throws {
        let channels = try ProxySettings(environment: [:]).channels
        #expect(channels.file == nil)
        #expect(channels.publicURL == nil)
        #expect(channels.tunerCount == 4)
        #expect(channels.tunerID == nil)
    }

    @Test func everySpellingIsRead() throws {
        let channels = try ProxySettings(environment: [
            "ACEXY_CHANNELS_FILE": "/etc/channels.m3u", "ACEXY_PUBLIC_URL": "https://tv.example/proxy/",
            "HDHR_TUNER_COUNT": "8", "HDHR_DEVICE_ID": "1000000F",
        ]).channels
        #expect(channels.file == "/etc/channels.m3u")
        #expect(channels.publicURL == "https://tv.example/proxy")
        #expect(channels.tunerCount == 8)
        #expect(channels.tunerID?.value == 0x1000_000F)
        let both = try ProxySettings(environment: ["ACEXY_CHANNELS_FILE": "a", "CHANNELS_FILE": "b"])
        #expect(both.channels.file == "b")
    }

    @Test(arguments: [
        ("PUBLIC_URL", "tv.example"), ("PUBLIC_URL", "http://"), ("PUBLIC_URL", "http://a\"b"),
        ("PUBLIC_URL", "http://a?b"), ("PUBLIC_URL", "http://a b"), ("HDHR_TUNER_COUNT", "0"),
        ("HDHR_TUNER_COUNT", "256"), ("HDHR_DEVICE_ID", "10000000"),
    ])
    func whatCannotBeUsedIsRefused(name: String, value: String) throws {
        let error = try #require(throws: SettingsError.self) { try ProxySettings(environment: [name: value]) }
        #expect(error.problems.count == 1)
        #expect(error.problems.first?.hasPrefix("\(name) is \"\(value)\"") == true)
    }
}
