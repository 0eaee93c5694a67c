import Settings
import Testing

@Suite struct DockerSettingsTests {
    private func settings(_ environment: [String: String]) throws -> DockerSettings {
        try OrchestratorSettings(environment: environment).docker
    }

    @Test func defaultsKeepToThisMachine() throws {
        let docker = try settings([:])
        #expect(docker.host == .unix(path: "/var/run/docker.sock"))
        #expect(docker.image == "ghcr.io/krinkuto11/acestream-http-proxy:latest" && !docker.isImageNamed)
        #expect(docker.publishAddress == "127.0.0.1" && docker.engineHost == "127.0.0.1")
        #expect(docker.network == nil && docker.memoryBytes == nil && docker.cpus == nil)
        #expect(docker.processLimit == 512 && docker.dropsCapabilities)
        #expect(docker.httpsPorts == 45000...49999 && !docker.publishesHTTPS)
    }

    @Test(arguments: [
        ("unix:///run/d.sock", DockerHost.unix(path: "/run/d.sock")),
        ("tcp://proxy:2375", .tcp(host: "proxy", port: 2375)),
        ("tcp://[::1]:2375", .tcp(host: "::1", port: 2375)),
    ])
    func aDaemonIsFoundByPathOrAddress(_ text: String, _ expected: DockerHost) throws {
        #expect(try settings(["DOCKER_HOST": text]).host == expected)
        #expect(expected.description == text)
    }

    @Test(arguments: [
        "unix://run/d.sock", "tcp://proxy", "tcp://:2375", "tcp://proxy:0", "tcp://a/b:1", "tcp://::1:2375", "ssh://x",
        "http://x:1", "tcp://a@b:2", "unix:///" + String(repeating: "x", count: 120),
    ])
    func otherAddressesAreRefused(_ text: String) throws {
        let error = try #require(throws: SettingsError.self) { try settings(["DOCKER_HOST": text]) }
        #expect(error.problems.first?.contains("unix:///path or tcp://host:port") == true)
    }

    @Test func variantsNameTheirImages() throws {
        #expect(try settings(["ENGINE_VARIANT": "jopsis-amd64"]).image == "jopsis/acestream:x64")
        let arm = ["ENGINE_VARIANT": "jopsis-arm64", "ENGINE_ARM64_VERSION": "v9"]
        #expect(try settings(arm).image == "jopsis/acestream:v9")
        #expect(try settings(["ENGINE_VARIANT": "jopsis-arm32"]).image == "jopsis/acestream:arm32-v3.2.13")
        let named = try settings(["ENGINE_VARIANT": "jopsis-arm64", "TARGET_IMAGE": "mine:1"])
        #expect(named.image == "mine:1" && named.isImageNamed)
        #expect(throws: SettingsError.self) { try settings(["ENGINE_VARIANT": "amiga"]) }
        #expect(throws: SettingsError.self) { try settings(["TARGET_IMAGE": "a b"]) }
    }

    @Test(arguments: [("512m", 512 << 20), ("2G", 2 << 30), ("1GiB", 1 << 30), ("64MB", 64_000_000)])
    func memoryIsWrittenAsDockerDoes(_ text: String, _ bytes: Int) throws {
        #expect(try settings(["ENGINE_MEMORY_LIMIT": text]).memoryBytes == bytes)
    }

    @Test func limitsAreReadAndRefused() throws {
        let docker = try settings([
            "ENGINE_PIDS_LIMIT": "0", "ENGINE_CPU_LIMIT": "1.5", "ENGINE_MEMORY_LIMIT": "0",
            "ENGINE_DROP_CAPABILITIES": "false", "ENGINE_STOP_TIMEOUT_S": "2", "DOCKER_TIMEOUT_S": "3",
            "ENGINE_IMAGE_ALLOWLIST": "a:1, b/*", "ACE_HTTPS_RANGE": "5000-5001", "ACE_MAP_HTTPS": "true",
        ])
        #expect(docker.processLimit == nil && docker.cpus == 1.5 && docker.memoryBytes == nil)
        #expect(!docker.dropsCapabilities && docker.stopTimeout == .seconds(2) && docker.timeout == .seconds(3))
        #expect(docker.allowedImages == ["a:1", "b/*"])
        #expect(docker.httpsPorts == 5000...5001 && docker.publishesHTTPS)
        let error = try #require(throws: SettingsError.self) {
            try settings([
                "ENGINE_PIDS_LIMIT": "3", "ENGINE_CPU_LIMIT": "-1", "ENGINE_MEMORY_LIMIT": "4m",
                "ENGINE_PUBLISH_ADDRESS": "host", "ACE_HTTPS_RANGE": "9-1",
            ])
        }
        #expect(error.problems.count == 5)
    }

    @Test(arguments: [
        ("--live-cache-type memory --x=1", ["--live-cache-type memory", "--x=1"]), ("--a", ["--a"]),
    ])
    func flagsForEveryEngineAreRead(_ text: String, _ flags: [String]) throws {
        #expect(try settings(["ENGINE_PARAMETERS": text]).engineParameters == flags)
    }

    @Test(arguments: ["memory", "--http-port=1", "--x --port 7", "--", "--a\n--b", "--é"])
    func otherFlagsForEveryEngineAreRefused(_ text: String) {
        #expect(throws: SettingsError.self) { try settings(["ENGINE_PARAMETERS": text]) }
    }

    @Test func enginesOfAWildcardAreReachedHere() throws {
        #expect(try settings(["ENGINE_PUBLISH_ADDRESS": "0.0.0.0"]).engineHost == "127.0.0.1")
        #expect(try settings(["ENGINE_PUBLISH_ADDRESS": "192.0.2.1"]).engineHost == "192.0.2.1")
        let both = ["ENGINE_PUBLISH_ADDRESS": "192.0.2.1", "ENGINE_HOST": "docker.lan"]
        #expect(try settings(both).engineHost == "docker.lan")
    }

    @Test func theOlderLimitOfEnginesHolds() throws {
        #expect(try OrchestratorSettings(environment: ["MAX_ACTIVE_REPLICAS": "7"]).maxReplicas == 7)
        let both = ["MAX_ACTIVE_REPLICAS": "7", "MAX_REPLICAS": "3"]
        #expect(try OrchestratorSettings(environment: both).maxReplicas == 3)
    }

    @Test func whatRunsIsAskedForAsOftenAsTheProviderNeeds() throws {
        #expect(try OrchestratorSettings(environment: [:]).monitorInterval == .seconds(1))
        #expect(try OrchestratorSettings(environment: ["ENGINE_PROVIDER": "swarm"]).monitorInterval == .seconds(1))
        #expect(try OrchestratorSettings(environment: ["ENGINE_PROVIDER": "docker"]).monitorInterval == .seconds(10))
        #expect(try OrchestratorSettings(environment: ["MONITOR_INTERVAL_S": "3"]).monitorInterval == .seconds(3))
    }
}
