import Settings
import Testing

@Suite struct OperationSettingsTests {
    @Test func nothingIsLimitedTrustedOrRecordedUnlessAskedFor() throws {
        let settings = try ProxySettings(environment: [:])
        #expect(settings.limits.connections == 20_000)
        #expect(settings.limits.sessions == 0)
        #expect(settings.limits.viewersPerSession == 0)
        #expect(settings.limits.connectionsPerClient == 0)
        #expect(settings.limits.sessionsPerClient == 0)
        #expect(settings.limits.bufferMemory == 0)
        #expect(settings.limits.reservedDescriptors == 64)
        #expect(settings.operation.apiKeys.isEmpty)
        #expect(settings.operation.trustedProxies.isEmpty)
        #expect(settings.operation.drainDelay == .zero)
        #expect(settings.operation.accessLog == .off)
    }

    @Test func everyValueIsRead() throws {
        let settings = try ProxySettings(environment: [
            "ACEXY_MAX_CONNECTIONS": "9", "ACEXY_MAX_SESSIONS": "8", "ACEXY_MAX_VIEWERS_PER_SESSION": "7",
            "ACEXY_MAX_BUFFER_MEMORY": "6MiB", "ACEXY_MAX_CONNECTIONS_PER_CLIENT": "5",
            "ACEXY_MAX_SESSIONS_PER_CLIENT": "4", "ACEXY_RESERVED_DESCRIPTORS": "30", "ACEXY_API_KEY": "new, old",
            "ACEXY_TRUSTED_PROXIES": "10.0.0.0/8, fd00::/8,192.0.2.1", "ACEXY_DRAIN_DELAY": "15s",
            "ACEXY_ACCESS_LOG": "/var/log/weir.log",
        ])
        let limits = settings.limits
        #expect(
            [limits.connections, limits.sessions, limits.viewersPerSession, limits.bufferMemory] == [9, 8, 7, 6 << 20])
        #expect([limits.connectionsPerClient, limits.sessionsPerClient, limits.reservedDescriptors] == [5, 4, 30])
        #expect(settings.operation.apiKeys == ["new", "old"])
        #expect(settings.operation.trustedProxies.map(\.description) == ["10.0.0.0/8", "fd00::/8", "192.0.2.1/32"])
        #expect(settings.operation.drainDelay == .seconds(15))
        #expect(settings.operation.accessLog == .file("/var/log/weir.log"))
        #expect(try ProxySettings(environment: ["ACEXY_ACCESS_LOG": "stdout"]).operation.accessLog == .standardOutput)
        #expect(!settings.effective.contains { $0.value.contains("new") })
    }

    @Test(arguments: [
        ("ACEXY_MAX_CONNECTIONS", "0"), ("ACEXY_MAX_SESSIONS", "-1"), ("ACEXY_RESERVED_DESCRIPTORS", "3"),
        ("ACEXY_TRUSTED_PROXIES", "10.0.0.1/8"), ("ACEXY_TRUSTED_PROXIES", "10.0.0.0/33"),
        ("ACEXY_TRUSTED_PROXIES", "everybody"), ("ACEXY_TRUSTED_PROXIES", "10.0.0.0/8,"), ("ACEXY_DRAIN_DELAY", "1h"),
        ("ACEXY_ACCESS_LOG", "log"), ("ACEXY_MAX_BUFFER_MEMORY", "much"),
    ])
    func whatCannotBeUsedIsRefused(name: String, value: String) throws {
        let error = try #require(throws: SettingsError.self) { try ProxySettings(environment: [name: value]) }
        #expect(error.problems.count == 1)
        #expect(error.problems.first?.hasPrefix("\(name) is \"\(value)\"") == true)
    }

    @Test func aKeyThatNoHeaderCanCarryIsRefusedAndNotShown() throws {
        let error = try #require(throws: SettingsError.self) {
            try ProxySettings(environment: ["ACEXY_API_KEY": "caf\u{e9}"])
        }
        #expect(error.problems.count == 1)
        #expect(!error.problems[0].contains("caf"))
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("0.0.0.0/0", "192.0.2.1", true),
        ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "192.0.2.1", true), ("2001:db8::/33", "2001:db8:7fff::1", true),
        ("2001:db8::/33", "2001:db8:8000::1", false), ("fd00::/65", "fd00:0:0:0:7fff::", true),
        ("fd00::/65", "fd00:0:0:0:8000::", false), ("192.0.2.1", "::ffff:192.0.2.1", true), ("::1", "::1", true),
    ])
    func aNetworkHoldsItsAddresses(network: String, address: String, isInside: Bool) throws {
        #expect(try #require(IPNetwork(network)).contains(try #require(IPAddress(address))) == isInside)
    }

    @Test func addressesOfOneSubscriberAreOneClient() throws {
        func client(_ text: String) throws -> IPAddress { try #require(IPAddress(text)).client }
        #expect(try client("2001:db8::1") == client("2001:db8::ffff:1"))
        #expect(try client("2001:db8::1") != client("2001:db8:0:1::1"))
        #expect(try client("192.0.2.1") != client("192.0.2.2"))
    }
}
