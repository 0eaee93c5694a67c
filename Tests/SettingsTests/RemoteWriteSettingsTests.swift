import Settings
import Telemetry
import Testing

@Suite struct RemoteWriteSettingsTests {
    @Test func nothingIsSentWithoutAURL() throws {
        #expect(try ProxySettings(environment: [:]).remoteWrite == nil)
        #expect(try OrchestratorSettings(environment: ["REMOTE_WRITE_INTERVAL_S": "5"]).remoteWrite == nil)
    }

    @Test func bothServicesReadTheSameVariables() throws {
        let environment = [
            "REMOTE_WRITE_URL": "https://metrics.example/api/v1/write?tenant=a", "REMOTE_WRITE_INTERVAL_S": "30",
            "REMOTE_WRITE_SPOOL_DIR": "/var/spool/weir", "REMOTE_WRITE_SPOOL_BYTES": "1GiB",
            "REMOTE_WRITE_BEARER_TOKEN": "hunter2", "REMOTE_WRITE_HISTOGRAMS": "both",
        ]
        let proxy = try ProxySettings(environment: environment)
        let settings = try #require(proxy.remoteWrite)
        #expect(settings.url == "https://metrics.example/api/v1/write?tenant=a")
        #expect(settings.interval == .seconds(30))
        #expect(settings.spoolFolder == "/var/spool/weir")
        #expect(settings.spoolBytes == 1 << 30)
        #expect(settings.bearerToken == "hunter2")
        #expect(settings.histograms == .both)
        #expect(!proxy.effective.contains { $0.value.contains("hunter2") })
        #expect(try OrchestratorSettings(environment: environment).remoteWrite == settings)
        let prefixed = Dictionary(uniqueKeysWithValues: environment.map { ("ACEXY_" + $0.key, $0.value) })
        #expect(try ProxySettings(environment: prefixed).remoteWrite == settings)
    }

    @Test func theDefaultsKeepEverythingInMemory() throws {
        let settings = try ProxySettings(environment: ["REMOTE_WRITE_URL": "http://a/"]).remoteWrite
        #expect(settings?.interval == .seconds(15) && settings?.histograms == .classic)
        #expect(settings?.spoolFolder == nil && settings?.bearerToken == nil)
    }

    @Test(arguments: [
        ("REMOTE_WRITE_URL", "metrics.example"), ("REMOTE_WRITE_URL", "http://"),
        ("REMOTE_WRITE_URL", "ftp://a/"), ("REMOTE_WRITE_URL", "http://user:secret@a/"),
        ("REMOTE_WRITE_URL", "http://a b/"), ("REMOTE_WRITE_INTERVAL_S", "0.5"),
        ("REMOTE_WRITE_HISTOGRAMS", "sparse"), ("REMOTE_WRITE_SPOOL_BYTES", "1kB"),
        ("REMOTE_WRITE_BEARER_TOKEN", "a\r\nHost: b"),
    ])
    func whatCannotBeUsedIsRefused(name: String, value: String) throws {
        let error = try #require(throws: SettingsError.self) {
            try OrchestratorSettings(environment: [name: value])
        }
        #expect(error.problems.count == 1)
        #expect(error.problems[0].hasPrefix(name))
        #expect(!error.problems[0].contains("Host: b") && !error.problems[0].contains("secret"))
    }
}
