import Fleet
import Settings
import Testing

@Suite struct ProxySettingsTests {
    @Test func defaultsAreThoseOfTheProxyItReplaces() throws {
        let settings = try ProxySettings(environment: [:])
        #expect(settings.listen == ListenAddress(host: "", port: 8080))
        #expect(settings.staticEngine == EngineEndpoint(host: "localhost", port: 6878))
        #expect(settings.noResponseTimeout == .seconds(10))
        #expect(settings.ringBytes == 4_194_304)
        #expect(settings.orchestratorURL == nil)
    }

    @Test func olderSpellingsAreReadAndTheCurrentOneWins() throws {
        let old = try ProxySettings(environment: ["ACEXY_ADDR": "127.0.0.1:6878", "ACEXY_BUFFER": "1MiB"])
        #expect(old.listen == ListenAddress(host: "127.0.0.1", port: 6878))
        #expect(old.ringBytes == 1_048_576)
        let both = try ProxySettings(environment: ["ACEXY_ADDR": ":1", "ACEXY_LISTEN_ADDR": ":2"])
        #expect(both.listen.port == 2)
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

    @Test func secretsAreNeverListed() throws {
        let settings = try ProxySettings(environment: ["ACEXY_ORCH_APIKEY": "hunter2"])
        #expect(!settings.effective.contains { $0.value.contains("hunter2") })
        #expect(settings.orchestratorAPIKey == "hunter2")
    }

    @Test(arguments: [
        ("10s", Duration.seconds(10)), ("1m30s", .seconds(90)), ("500ms", .milliseconds(500)),
        ("0.5", .milliseconds(500)),
        ("1h", .seconds(3600)),
    ])
    func timesAreReadInSecondsAndInGoSyntax(text: String, expected: Duration) {
        #expect(DurationSyntax.parse(text) == expected)
    }

    @Test(arguments: ["", "s", "10x", "-1s", "1m30", "nan", "1..2s"])
    func otherTimesAreRefused(text: String) {
        #expect(DurationSyntax.parse(text) == nil)
    }

    @Test(arguments: [("4MB", 4_000_000), ("4.5MiB", 4_718_592), ("1024", 1024), ("16 B", 16)])
    func amountsOfMemoryAreReadInBothSystems(text: String, expected: Int) {
        #expect(ByteCountSyntax.parse(text) == expected)
    }
}
