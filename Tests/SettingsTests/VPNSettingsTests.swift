import Settings
import Testing

@Suite struct VPNSettingsTests {
    private static let docker = ["ENGINE_PROVIDER": "docker"]

    private func settings(_ environment: [String: String]) throws -> VPNSettings? {
        try OrchestratorSettings(environment: environment.merging(Self.docker) { one, _ in one }).vpn
    }

    @Test func withoutAContainerThereIsNoVPN() throws {
        #expect(try settings([:]) == nil)
    }

    @Test func defaultsAreThoseOfTheTable() throws {
        let vpn = try #require(try settings(["GLUETUN_CONTAINER_NAME": "gluetun"]))
        #expect("\(vpn.mode)" == "single")
        #expect(vpn.containers.map(\.apiURL) == ["http://gluetun:8000"])
        #expect(vpn.apiKey == nil)
        #expect(vpn.checkInterval == .seconds(5))
        #expect(vpn.portCacheTTL == .seconds(60))
        #expect(vpn.restartsEngines)
        #expect(vpn.restartTimeout == .seconds(60))
        #expect(vpn.maxEnginesPerVPN == 0)
    }

    @Test func twoContainersEachWithItsPorts() throws {
        let vpn = try #require(
            try settings([
                "GLUETUN_CONTAINER_NAME": "a", "GLUETUN_CONTAINER_NAME_2": "b", "VPN_MODE": "redundant",
                "GLUETUN_API_PORT": "8001", "GLUETUN_API_URL_2": "http://10.0.0.2:9000/",
                "GLUETUN_PORT_RANGE_1": "1-9", "GLUETUN_PORT_RANGE_2": "10-19",
            ]))
        #expect(vpn.containers.map(\.apiURL) == ["http://a:8001", "http://10.0.0.2:9000"])
        #expect(vpn.containers.map(\.portRange) == [1...9, 10...19])
    }

    @Test(arguments: [
        ["VPN_MODE": "redundant"], ["GLUETUN_API_URL": "ftp://x"], ["GLUETUN_API_URL": "http://x/path"],
        ["GLUETUN_PORT_RANGE_1": "9-1"], ["GLUETUN_PORT_RANGE_1": "1-5", "GLUETUN_PORT_RANGE_2": "5-9"],
        ["GLUETUN_API_KEY": "a b"], ["ENGINE_PROVIDER": "process"],
    ])
    func whatCannotBeIsRefused(environment: [String: String]) throws {
        let error = try #require(throws: SettingsError.self) {
            try settings(environment.merging(["GLUETUN_CONTAINER_NAME": "gluetun"]) { one, _ in one })
        }
        #expect(error.problems.count == 1)
    }

    @Test func keyIsNowhereShown() throws {
        let settings = try OrchestratorSettings(environment: [
            "ENGINE_PROVIDER": "docker", "GLUETUN_CONTAINER_NAME": "g", "GLUETUN_API_KEY": "hidden",
        ])
        #expect(!settings.effective.contains { $0.value.contains("hidden") })
    }
}
