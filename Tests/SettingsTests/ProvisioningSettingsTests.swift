import Settings
import Testing

@Suite struct ProvisioningSettingsTests {
    @Test func defaultsAreThoseOfTheTable() throws {
        let settings = try OrchestratorSettings(environment: [:]).provisioning
        #expect(settings.timeout == .seconds(120))
        #expect(settings.startupGrace == .seconds(30))
        #expect(settings.maxRetries == 3)
        #expect(settings.retryBackoff == .seconds(2))
        #expect(settings.maxQueued == 100)
        #expect(settings.removesSurplus)
    }

    @Test func olderNamesOfTheSameThingAct() throws {
        #expect(try OrchestratorSettings(environment: ["IDLE_TTL_S": "600"]).engineGracePeriod == .seconds(600))
        let both = try OrchestratorSettings(environment: ["IDLE_TTL_S": "600", "ENGINE_GRACE_PERIOD_S": "5"])
        #expect(both.engineGracePeriod == .seconds(5))
    }

    @Test(arguments: [
        (["MAX_ACTIVE_REPLICAS": "7"], 7), (["MAX_ACTIVE_REPLICAS": "50"], 20),
        (["MAX_ACTIVE_REPLICAS": "7", "MAX_REPLICAS": "30"], 7),
        (["MAX_ACTIVE_REPLICAS": "30", "MAX_REPLICAS": "8"], 8),
    ])
    func smallerOfTheTwoLimitsCounts(environment: [String: String], expected: Int) throws {
        #expect(try OrchestratorSettings(environment: environment).maxReplicas == expected)
    }

    @Test func whatCannotBeIsRefused() throws {
        let error = try #require(throws: SettingsError.self) {
            try OrchestratorSettings(environment: [
                "PROVISION_TIMEOUT_S": "0", "MAX_RETRIES": "-1", "RETRY_BACKOFF_S": "61", "AUTO_DELETE": "perhaps",
            ])
        }
        #expect(error.problems.count == 4)
    }
}
