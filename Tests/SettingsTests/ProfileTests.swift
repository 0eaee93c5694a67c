import Foundation
import Settings
import Testing

/// The profiles that are shipped: each can be used, and has the numbers it is known for.
@Suite struct ProfileTests {
    /// All numbers of each profile.
    static let expected: [String: [String: String]] = [
        "high-load": [
            "MAX_CONCURRENT_PROVISIONS": "10", "MIN_PROVISION_INTERVAL_S": "0.2", "API_REQUEST_TIMEOUT_S": "60",
            "PROVISION_TIMEOUT_S": "180", "HEALTH_CHECK_INTERVAL_S": "15", "MAX_RETRIES": "5", "RETRY_BACKOFF_S": "3",
        ],
        "resource-constrained-brisk": [
            "MAX_CONCURRENT_PROVISIONS": "3", "MIN_PROVISION_INTERVAL_S": "1.0", "API_REQUEST_TIMEOUT_S": "90",
            "PROVISION_TIMEOUT_S": "240", "HEALTH_CHECK_INTERVAL_S": "60", "CIRCUIT_BREAKER_THRESHOLD": "3",
            "CIRCUIT_BREAKER_TIMEOUT_S": "600",
        ],
        "high-availability-lean": [
            "HEALTH_CHECK_INTERVAL_S": "10", "MONITOR_INTERVAL_S": "5", "MIN_REPLICAS": "5",
            "MAX_CONCURRENT_PROVISIONS": "8", "ENGINE_GRACE_PERIOD_S": "15", "MAX_RETRIES": "10",
            "RETRY_BACKOFF_S": "2",
        ],
        "high-availability": [
            "MIN_REPLICAS": "10", "MAX_CONCURRENT_PROVISIONS": "10", "MIN_PROVISION_INTERVAL_S": "0.2",
            "HEALTH_CHECK_INTERVAL_S": "15", "MONITOR_INTERVAL_S": "5", "ENGINE_GRACE_PERIOD_S": "20",
            "AUTOSCALE_INTERVAL_S": "20", "API_REQUEST_TIMEOUT_S": "60", "PROVISION_TIMEOUT_S": "180",
            "CIRCUIT_BREAKER_THRESHOLD": "10", "CIRCUIT_BREAKER_TIMEOUT_S": "300",
        ],
        "resource-constrained": [
            "MIN_REPLICAS": "3", "MAX_CONCURRENT_PROVISIONS": "3", "MIN_PROVISION_INTERVAL_S": "1.5",
            "HEALTH_CHECK_INTERVAL_S": "60", "MONITOR_INTERVAL_S": "15", "ENGINE_GRACE_PERIOD_S": "60",
            "AUTOSCALE_INTERVAL_S": "60", "API_REQUEST_TIMEOUT_S": "120", "PROVISION_TIMEOUT_S": "300",
            "CIRCUIT_BREAKER_THRESHOLD": "3", "CIRCUIT_BREAKER_TIMEOUT_S": "600",
        ],
        "balanced": [
            "MIN_REPLICAS": "5", "MAX_CONCURRENT_PROVISIONS": "5", "MIN_PROVISION_INTERVAL_S": "0.5",
            "HEALTH_CHECK_INTERVAL_S": "30", "MONITOR_INTERVAL_S": "10", "ENGINE_GRACE_PERIOD_S": "30",
            "AUTOSCALE_INTERVAL_S": "30", "API_REQUEST_TIMEOUT_S": "45", "PROVISION_TIMEOUT_S": "150",
            "CIRCUIT_BREAKER_THRESHOLD": "5", "CIRCUIT_BREAKER_TIMEOUT_S": "300",
        ],
        "under-stress": [
            "ACEXY_ORCH_TIMEOUT": "10s", "API_REQUEST_TIMEOUT_S": "60", "API_LONG_OPERATION_TIMEOUT_S": "120",
            "PROVISION_TIMEOUT_S": "180", "PROVISION_STARTUP_GRACE_S": "45", "MAX_CONCURRENT_PROVISIONS": "10",
            "MIN_PROVISION_INTERVAL_S": "0.2", "CIRCUIT_BREAKER_THRESHOLD": "10", "CIRCUIT_BREAKER_TIMEOUT_S": "300",
        ],
        "light": matrix("2", nil, "3", "1.0", "30"), "medium": matrix("5", "55", "5", "0.5", "45"),
        "high": matrix("10", "110", "8", "0.3", "60"), "very-high": matrix("20", "220", "10", "0.2", "90"),
        "10-50-streams": matrix("5", "55", "5", "0.5", "45", health: "30"),
        "50-100-streams": matrix("10", "110", "8", "0.3", "60", health: "20"),
        "100-streams-and-more": matrix("20", "220", "10", "0.2", "90", health: "15"),
    ]

    private static func matrix(
        _ free: String, _ most: String?, _ atOnce: String, _ interval: String, _ timeout: String, health: String? = nil
    ) -> [String: String] {
        var values = [
            "MIN_REPLICAS": free, "MAX_CONCURRENT_PROVISIONS": atOnce, "MIN_PROVISION_INTERVAL_S": interval,
            "API_REQUEST_TIMEOUT_S": timeout,
        ]
        values["MAX_REPLICAS"] = most
        values["HEALTH_CHECK_INTERVAL_S"] = health
        return values
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func sources(_ name: String) throws -> SettingsSources {
        var sources = SettingsSources(environment: [:])
        sources.add(try EnvironmentFile(path: try SettingsProfile.path(name, near: [Self.root.path])))
        return sources
    }

    @Test func everyFileIsTestedHereAndStandsInTheReadme() throws {
        let folder = Self.root.appending(path: "deploy/profiles").path
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(Set(files) == Set(Self.expected.keys.map { $0 + ".env" }))
        let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        for name in Self.expected.keys { #expect(readme.contains("`\(name)`"), "\(name)") }
    }

    @Test(arguments: expected.keys.sorted()) func aProfileHasItsNumbers(name: String) throws {
        #expect(try sources(name).values == Self.expected[name])
    }

    @Test(arguments: expected.keys.sorted(), ServiceKind.allCases)
    func aProfileCanBeUsedAndEachOfItsVariablesActs(name: String, service: ServiceKind) throws {
        let sources = try sources(name)
        let (effective, problems, warnings) = service.read(sources)
        #expect(problems.isEmpty)
        #expect(warnings.isEmpty, "\(warnings)")
        // What a program uses is what the file says.
        for setting in effective where !setting.isDefault {
            let text = try #require(sources.values[setting.source])
            #expect(DurationSyntax.parse(text).map { $0 / .seconds(1) } == setting.number, "\(setting.name)")
        }
    }

    @Test func aProfileThatIsNotThereIsToldWithThoseThatAre() throws {
        let error = try #require(throws: SettingsError.self) {
            try SettingsProfile.path("fast", near: [Self.root.path])
        }
        #expect(error.problems[0].hasPrefix("there is no profile \"fast\"; known are: 10-50-streams, "))
        #expect(try SettingsProfile.path("./my.env", near: []) == "./my.env")
    }
}
