import Fleet
import Foundation
import Settings
import Testing

@Suite struct ProxySettingsTests {
    @Test func defaultsAreThoseOfTheProxyItReplaces() throws {
        let settings = try ProxySettings(environment: [:])
        #expect(settings.listen == ListenAddress(host: "", port: 8080))
        #expect(settings.staticEngine == EngineEndpoint(host: "localhost", port: 6878))
        #expect(settings.noResponseTimeout == .seconds(10))
        #expect(settings.ringBytes == 4_194_304)
        #expect(settings.failoverTimeout == .seconds(10))
        #expect(settings.failoverStallTimeout == .seconds(5))
        #expect(settings.orchestratorURL == nil)
    }

    @Test func failoverCanBeTurnedOff() throws {
        #expect(try ProxySettings(environment: ["ACEXY_FAILOVER_TIMEOUT": "0"]).failoverTimeout == .zero)
        #expect(throws: SettingsError.self) { try ProxySettings(environment: ["ACEXY_FAILOVER_STALL_TIMEOUT": "0"]) }
    }

    @Test func olderSpellingsAreReadAndTheCurrentOneWins() throws {
        let old = try ProxySettings(environment: ["ACEXY_ADDR": "127.0.0.1:6878", "ACEXY_BUFFER": "1MiB"])
        #expect(old.listen == ListenAddress(host: "127.0.0.1", port: 6878))
        #expect(old.ringBytes == 1_048_576)
        let both = try ProxySettings(environment: ["ACEXY_ADDR": ":1", "ACEXY_LISTEN_ADDR": ":2"])
        #expect(both.listen.port == 2)
    }

    /// Every variable of both earlier proxies in both spellings.
    @Test(arguments: [
        ("ACEXY_LISTEN_ADDR", ":9", "ACEXY_LISTEN_ADDR", ":9"), ("ACEXY_ADDR", ":9", "ACEXY_LISTEN_ADDR", ":9"),
        ("ACEXY_SCHEME", "http", "ACEXY_SCHEME", "http"), ("ACEXY_HOST", "e", "ACEXY_HOST", "e"),
        ("ACEXY_PORT", "9", "ACEXY_PORT", "9"), ("ACEXY_M3U8", "1", "ACEXY_M3U8", "true"),
        ("ACEXY_M3U8", "TRUE", "ACEXY_M3U8", "true"), ("ACEXY_M3U8", "T", "ACEXY_M3U8", "true"),
        ("ACEXY_M3U8", "False", "ACEXY_M3U8", "false"), ("ACEXY_M3U8", "f", "ACEXY_M3U8", "false"),
        ("ACEXY_M3U8_STREAM_TIMEOUT", "90s", "ACEXY_M3U8_STREAM_TIMEOUT", "90.0 seconds"),
        ("ACEXY_TIMEOUT", "90s", "ACEXY_M3U8_STREAM_TIMEOUT", "90.0 seconds"),
        ("ACEXY_EMPTY_TIMEOUT", "10s", "ACEXY_EMPTY_TIMEOUT", "10.0 seconds"),
        ("ACEXY_BUFFER_SIZE", "4.2MiB", "ACEXY_BUFFER_SIZE", "4404019"),
        ("ACEXY_BUFFER", "4MB", "ACEXY_BUFFER_SIZE", "4000000"),
        ("ACEXY_BUFFER", "4096", "ACEXY_BUFFER_SIZE", "262144"),
        ("ACEXY_NO_RESPONSE_TIMEOUT", "1s", "ACEXY_NO_RESPONSE_TIMEOUT", "1.0 seconds"),
        ("ACEXY_LOG_LEVEL", "WARN", "ACEXY_LOG_LEVEL", "warning"),
        ("ACEXY_ORCH_URL", "http://o:8000/", "ACEXY_ORCH_URL", "http://o:8000"),
        ("ACEXY_ORCH_APIKEY", "k", "ACEXY_ORCH_APIKEY", "********"),
        ("ACEXY_MAX_STREAMS_PER_ENGINE", "2", "ACEXY_MAX_STREAMS_PER_ENGINE", "2"),
        ("ACEXY_CONTAINER_ID", "c", "ACEXY_CONTAINER_ID", "c"), ("DEBUG_MODE", "true", "DEBUG_MODE", "true"),
        ("DEBUG_LOG_DIR", "./debug_logs", "DEBUG_LOG_DIR", "./debug_logs"),
        ("ACEXY_STREAM_GRACE_PERIOD", "5s", "ACEXY_STREAM_GRACE_PERIOD", "5.0 seconds"),
        ("ACEXY_COALESCING_DELAY", "20ms", "ACEXY_COALESCING_DELAY", "0.02 seconds"),
        ("ACEXY_COALESCING_DELAY", "AUTO", "ACEXY_COALESCING_DELAY", "auto"),
    ])
    func everyVariableOfBothFamiliesIsRead(variable: String, text: String, name: String, shown: String) throws {
        let settings = try ProxySettings(environment: [variable: text])
        let setting = try #require(settings.effective.first { $0.name == name })
        #expect(setting.value == shown)
        #expect(setting.source == variable)
    }

    @Test(arguments: [
        ("ACEXY_SCHEME", "https"), ("ACEXY_M3U8", "maybe"), ("ACEXY_BUFFER_SIZE", "2GiB"), ("ACEXY_TIMEOUT", "-1s"),
        ("ACEXY_COALESCING_DELAY", "2s"), ("ACEXY_COALESCING_DELAY", "never"),
        ("ACEXY_HLS_CACHE_SIZE", "1MiB"),
        ("ACEXY_MAX_STREAMS_PER_ENGINE", "0"), ("DEBUG_MODE", "2"), ("ACEXY_LOG_LEVEL", "loud"),
    ])
    func aWrongValueStopsTheStart(variable: String, text: String) throws {
        let error = try #require(throws: SettingsError.self) { try ProxySettings(environment: [variable: text]) }
        #expect(error.problems.count == 1)
        #expect(error.problems[0].hasPrefix("\(variable) is \"\(text)\"; allowed is "))
    }

    @Test func whatChangesNothingIsSaid() throws {
        #expect(try ProxySettings(environment: [:]).notices.isEmpty)
        let settings = try ProxySettings(environment: [
            "ACEXY_M3U8": "true", "ACEXY_TIMEOUT": "1m", "ACEXY_HLS_CACHE_SIZE": "64MiB", "DEBUG_LOG_DIR": "/d",
        ])
        #expect(settings.prefersPlaylists)
        #expect(settings.segmentCacheBytes == 64 << 20)
        #expect(
            settings.notices.map { $0.prefix { $0 != ":" && $0 != " " } }
                == ["DEBUG_LOG_DIR"])
    }

    @Test func debugModeIsALogLevelWhereNoneIsSet() throws {
        func level(_ environment: [String: String]) throws -> String {
            try "\(ProxySettings(environment: environment).logLevel)"
        }
        #expect(try level(["DEBUG_MODE": "1"]) == "debug")
        #expect(try level(["DEBUG_MODE": "1", "ACEXY_LOG_LEVEL": "ERROR"]) == "error")
    }

    @Test func allErrorsAreReportedAtOnceWithWhatIsAllowed() throws {
        let error = try #require(throws: SettingsError.self) {
            try ProxySettings(environment: [
                "ACEXY_PORT": "70000", "ACEXY_EMPTY_TIMEOUT": "soon", "ACEXY_ORCH_URL": "orchestrator:8000",
            ])
        }
        #expect(error.problems.count == 3)
        #expect(error.problems[0] == "ACEXY_PORT is \"70000\"; allowed is a whole number from 1 to 65535")
    }

    @Test func theLogFormatIsReadInBothSpellings() throws {
        #expect(try ProxySettings(environment: [:]).logFormat == .text)
        #expect(try ProxySettings(environment: ["LOG_FORMAT": "JSON"]).logFormat == .json)
        let both = try ProxySettings(environment: ["LOG_FORMAT": "json", "ACEXY_LOG_FORMAT": "text"])
        #expect(both.logFormat == .text)
        #expect(try OrchestratorSettings(environment: ["LOG_FORMAT": "json"]).logFormat == .json)
        let error = try #require(throws: SettingsError.self) { try ProxySettings(environment: ["LOG_FORMAT": "xml"]) }
        #expect(error.problems == ["LOG_FORMAT is \"xml\"; allowed is text or json"])
    }

    @Test func theKeyMayStandInAFile() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "weir-key-\(UUID().uuidString)")
        try "hunter2\n".write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let settings = try ProxySettings(environment: ["ACEXY_ORCH_APIKEY_FILE": file.path])
        #expect(settings.orchestratorAPIKey == "hunter2")
        #expect(throws: SettingsError.self) {
            try ProxySettings(environment: ["ACEXY_ORCH_APIKEY_FILE": file.path, "ACEXY_ORCH_APIKEY": "k"])
        }
        #expect(throws: SettingsError.self) { try ProxySettings(environment: ["ACEXY_ORCH_APIKEY_FILE": "/nowhere"]) }
    }

    @Test func secretsAreNeverListed() throws {
        let settings = try ProxySettings(environment: ["ACEXY_ORCH_APIKEY": "hunter2"])
        #expect(!settings.effective.contains { $0.value.contains("hunter2") })
        #expect(settings.orchestratorAPIKey == "hunter2")
    }

    @Test(arguments: [
        ("10s", Duration.seconds(10)), ("1m30s", .seconds(90)), ("500ms", .milliseconds(500)),
        ("0.5", .milliseconds(500)),
        ("1h", .seconds(3600)), ("+2s", .seconds(2)), ("5\u{3BC}s", .microseconds(5)),
    ])
    func timesAreReadInSecondsAndInGoSyntax(text: String, expected: Duration) {
        #expect(DurationSyntax.parse(text) == expected)
    }

    @Test(arguments: ["", "s", "10x", "-1s", "1m30", "nan", "1..2s"])
    func otherTimesAreRefused(text: String) {
        #expect(DurationSyntax.parse(text) == nil)
    }

    @Test(arguments: [
        ("4MB", 4_000_000), ("4.5MiB", 4_718_592), ("1024", 1024), ("16 B", 16), ("4.2MiB", 4_404_019),
        ("42 mi", 44_040_192),
        ("1,005.03 kB", 1_005_030), ("2t", 2_000_000_000_000), ("1PiB", 1 << 50),
    ])
    func amountsOfMemoryAreReadInBothSystems(text: String, expected: Int) {
        #expect(ByteCountSyntax.parse(text) == expected)
    }
}
