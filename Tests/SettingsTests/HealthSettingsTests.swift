import Settings
import Testing

@Suite struct HealthSettingsTests {
    @Test func defaultsAreThoseOfTheTable() throws {
        let settings = try OrchestratorSettings(environment: [:]).health
        #expect(settings.unhealthyGracePeriod == .seconds(60))
        #expect(settings.replacementCooldown == .seconds(60))
        #expect(settings.maxConcurrentProbes == 100)
        #expect([settings.failureWeight, settings.stallWeight, settings.slowStartWeight] == [30, 20, 2])
        #expect(settings.ejectionFailures == 5)
        #expect(settings.ejectionTime == .seconds(30))
        #expect(settings.maxEjectionTime == .seconds(300))
        #expect(settings.maxEjectionPercent == 50)
    }

    @Test func whatCannotBeIsRefused() throws {
        let error = try #require(throws: SettingsError.self) {
            try OrchestratorSettings(environment: [
                "HEALTH_SCORE_FAILURE_WEIGHT": "nan", "HEALTH_SCORE_STALL_WEIGHT": "-1",
                "HEALTH_CHECK_CONCURRENCY": "0", "ENGINE_EJECTION_MAX_PERCENT": "101",
            ])
        }
        #expect(error.problems.count == 4)
    }
}
