import Settings
import Testing

/// What is said of settings that can be used.
@Suite struct SettingsAdviceTests {
    private func warnings(_ service: ServiceKind, _ environment: [String: String]) -> [String] {
        service.read(SettingsSources(environment: environment)).warnings
    }

    @Test(arguments: ServiceKind.allCases) func defaultsAndAnOrdinaryEnvironmentAreNoReasonToWarn(service: ServiceKind)
    {
        #expect(warnings(service, [:]).isEmpty)
        let shell = [
            "PATH": "/bin", "HOME": "/root", "LANG": "C.UTF-8", "SHLVL": "1", "DOCKER_HOST": "unix:///x", "PWD": "/",
            "WEIR_DATA": "/d", "TERM": "dumb", "HOSTNAME": "h", "MAIL": "m", "USER": "u", "LOGNAME": "u",
        ]
        #expect(warnings(service, shell).isEmpty)
    }

    @Test(arguments: [
        (ServiceKind.proxy, "ACEXY_ORCH_TIMEOUT", "2s", "ACEXY_ORCH_TIMEOUT is 2.0 seconds; below 3 s"),
        (.proxy, "ACEXY_NO_RESPONSE_TIMEOUT", "1s", "ACEXY_NO_RESPONSE_TIMEOUT is 1.0 seconds; below 3 s"),
        (.proxy, "ACEXY_EMPTY_TIMEOUT", "500ms", "ACEXY_EMPTY_TIMEOUT is 0.5 seconds; below 3 s"),
        (.proxy, "DEBUG_LOG_DIR", "/d", "DEBUG_LOG_DIR changes nothing"),
        (.proxy, "ACEXY_ORCH_URL", "http://orchestrator:8000", "ACEXY_ORCH_APIKEY is not set"),
        (.orchestrator, "MIN_REPLICAS", "0", "MIN_REPLICAS is 0"),
        (.orchestrator, "MIN_FREE_REPLICAS", "0", "MIN_FREE_REPLICAS is 0"),
        (.orchestrator, "MIN_REPLICAS", "20", "MAX_REPLICAS is MIN_REPLICAS (20)"),
        (.orchestrator, "HEALTH_CHECK_INTERVAL_S", "3600", "HEALTH_CHECK_INTERVAL_S is 3600 s"),
        (.orchestrator, "HEALTH_FAILURE_THRESHOLD", "100", "HEALTH_FAILURE_THRESHOLD is 100"),
        (.orchestrator, "CIRCUIT_BREAKER_TIMEOUT_S", "0", "CIRCUIT_BREAKER_TIMEOUT_S is 0"),
    ])
    func eachDangerIsNamed(service: ServiceKind, variable: String, value: String, beginning: String) {
        let found = warnings(service, [variable: value])
        #expect(found.contains { $0.hasPrefix(beginning) }, "\(found)")
    }

    @Test(arguments: [
        ("MIN_REPLICA", "3", "MIN_REPLICA is no setting; MIN_REPLICAS is"),
        ("MIN_REPLCIAS", "3", "MIN_REPLCIAS is no setting; MIN_REPLICAS is"),
        ("HEALTH_CHECK_INTERVAL", "3", "HEALTH_CHECK_INTERVAL is no setting; HEALTH_CHECK_INTERVAL_S is"),
        ("API_KEYS", "3", "API_KEYS is no setting; API_KEY is"),
        ("REDIS_HOST", "h", "REDIS_HOST is not used: nothing is kept in Redis"),
        ("MAX_TOTAL_STREAMS", "3", "MAX_TOTAL_STREAMS is not used: streams are the proxy's"),
    ])
    func misspeltAndRetiredNamesAreNamed(variable: String, value: String, beginning: String) {
        let found = warnings(.orchestrator, [variable: value])
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(beginning) == true, "\(found)")
    }

    @Test func everyUnknownNameOfAFileIsNamedAndThoseOfTheOtherProgramAreNot() throws {
        var sources = SettingsSources(environment: ["SOMETHING": "x"])
        sources.add(try EnvironmentFile(path: "f.env", text: "ANYTHING=1\nACEXY_PORT=6878\nWEIR_IMAGE=x\n"))
        #expect(
            ServiceKind.orchestrator.read(sources).warnings == ["ANYTHING (in f.env) is no setting of any program"])
    }

    @Test func theStrongerOfTwoSpellingsIsNamed() {
        let both = ["MIN_REPLICAS": "4", "MIN_FREE_REPLICAS": "2"]
        #expect(
            warnings(.orchestrator, both) == [
                "MIN_FREE_REPLICAS is ignored: MIN_REPLICAS is set, and means free engines"
            ])
        let settings = ServiceKind.orchestrator.read(SettingsSources(environment: ["MIN_FREE_REPLICAS": "4"])).effective
        #expect(settings.contains { $0.name == "MIN_REPLICAS" && $0.value == "4" && $0.source == "MIN_FREE_REPLICAS" })
    }

    @Test func debugModeOfTheOrchestratorIsALogLevel() throws {
        func level(_ environment: [String: String]) throws -> String {
            try "\(OrchestratorSettings(environment: environment).logLevel)"
        }
        #expect(try level(["DEBUG_MODE": "1"]) == "debug")
        #expect(try level(["DEBUG_MODE": "1", "LOG_LEVEL": "warn"]) == "warning")
    }
}
