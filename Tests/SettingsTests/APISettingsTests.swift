import Foundation
import Settings
import Testing

@Suite struct APISettingsTests {
    @Test func loopbackOpensReadingAndClosesOtherNames() throws {
        let local = try OrchestratorSettings(environment: [:]).api
        #expect(local.hasOpenReads)
        #expect(local.allowedHosts.isEmpty)
        #expect(local.requestTimeout == .seconds(30))
        #expect(local.longOperationTimeout == .seconds(60))
        let open = try OrchestratorSettings(environment: ["APP_HOST": "0.0.0.0", "API_KEY": "k"]).api
        #expect(!open.hasOpenReads)
        #expect(open.allowedHosts == ["*"])
        let settings = ["APP_HOST": "::", "API_KEY": "k", "PUBLIC_READS": "1", "ALLOWED_HOSTS": "A.example, b"]
        let published = try OrchestratorSettings(environment: settings).api
        #expect(published.hasOpenReads)
        #expect(published.allowedHosts == ["a.example", "b"])
    }

    @Test func secretsMayLieInFiles() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "weir-key-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("first\n".utf8).write(to: file)
        let keys = try OrchestratorSettings(environment: ["API_KEY_FILE": file.path, "READ_API_KEY": "r"]).api.keys
        #expect(try keys.current().key == "first")
        #expect(try keys.current().readKey == "r")
        try Data("second".utf8).write(to: file)
        #expect(try keys.current().key == "second")
        try Data("two words".utf8).write(to: file)
        #expect(throws: SettingsError.self) { try keys.current() }
        #expect(throws: SettingsError.self) { try OrchestratorSettings(environment: ["API_KEY_FILE": file.path]) }
    }

    @Test(arguments: [
        ["API_KEY": "a", "API_KEY_FILE": "/dev/null"], ["API_KEY_FILE": "/nonexistent/key"], ["API_KEY": "a b"],
        ["API_KEY_PREVIOUS": "a"], ["READ_API_KEY": "a"], ["CORS_ORIGINS": "panel.example"],
        ["CORS_ORIGINS": "https://panel.example/path"], ["ALLOWED_HOSTS": "a:80"], ["TRUSTED_PROXIES": "10.0.0.1/8"],
        ["API_REQUEST_TIMEOUT_S": "0"], ["API_LONG_OPERATION_TIMEOUT_S": "2h"], ["AUDIT_ADDRESS_RETENTION_S": "-1"],
    ])
    func whatCannotBeUsedIsRefused(environment: [String: String]) throws {
        let error = try #require(throws: SettingsError.self) { try OrchestratorSettings(environment: environment) }
        #expect(error.problems.allSatisfy { !$0.contains("a b") })
    }
}
