import Foundation
import Settings
import Testing

@Suite struct OrchestratorSettingsTests {
    @Test func defaultsKeepToThisMachine() throws {
        let settings = try OrchestratorSettings(environment: [:])
        #expect(settings.listen == ListenAddress(host: "127.0.0.1", port: 8000))
        #expect(settings.minReplicas == 2)
        #expect(settings.maxReplicas == 20)
        #expect(settings.maxStreamsPerEngine == 1)
        #expect(settings.portRange == 19000...19999)
        #expect(settings.api.keys.key == nil)
    }

    @Test func olderSpellingsAreRead() throws {
        let settings = try OrchestratorSettings(environment: [
            "ACEXY_MAX_STREAMS_PER_ENGINE": "3", "CIRCUIT_BREAKER_THRESHOLD": "7", "CIRCUIT_BREAKER_TIMEOUT_S": "60",
        ])
        #expect(settings.maxStreamsPerEngine == 3)
        #expect(settings.breakerFailureThreshold == 7)
        #expect(settings.breakerRecoveryTimeout == .seconds(60))
    }

    @Test func othersMayConnectOnlyWithAKey() throws {
        let error = try #require(throws: SettingsError.self) {
            try OrchestratorSettings(environment: ["APP_HOST": "0.0.0.0"])
        }
        #expect(error.problems.count == 1)
        #expect(error.problems[0].contains("API_KEY is not set"))
        let allowed = try OrchestratorSettings(environment: ["APP_HOST": "0.0.0.0", "API_KEY": "secret"])
        #expect(allowed.api.keys.key == .text("secret"))
        #expect(!allowed.effective.contains { $0.value.contains("secret") })
    }

    @Test func allErrorsAreReportedAtOnce() throws {
        let error = try #require(throws: SettingsError.self) {
            try OrchestratorSettings(environment: [
                "MIN_REPLICAS": "9", "MAX_REPLICAS": "3", "PORT_RANGE_HOST": "20-10", "CONTAINER_LABEL": "nothing",
                "DB_URL": "postgres://x",
            ])
        }
        #expect(error.problems.count == 4)
    }

    @Test func theReadmeNamesEverySettingInEverySpelling() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        for name in ServiceKind.orchestrator.variables where !name.hasPrefix("ACEXY_REMOTE_WRITE_") {
            #expect(readme.contains("`\(name)`"), "\(name)")
        }
    }
}
