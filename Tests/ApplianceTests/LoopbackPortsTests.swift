import Appliance
import Testing

@Suite struct LoopbackPortsTests {
    private static let anywhere = Dictionary(uniqueKeysWithValues: Component.allCases.map { ($0, 0) })

    @Test func zeroPicksFourDifferentPorts() throws {
        let ports = try LoopbackPorts.resolve(Self.anywhere)
        #expect(Set(ports.values).count == 4)
        #expect(ports.values.allSatisfy { (1024...65535).contains($0) })
    }

    @Test func twoComponentsMayNotShareAPort() throws {
        let port = try #require(try LoopbackPorts.resolve(Self.anywhere)[.proxy])
        var asked = Self.anywhere
        asked[.proxy] = port
        asked[.prometheus] = port
        let error = #expect(throws: ApplianceError.self) { try LoopbackPorts.resolve(asked) }
        #expect(error?.message.contains("asked for twice") == true)
    }

    @Test(arguments: [-1, 65536]) func portsOutOfRangeAreRefused(port: Int) {
        var asked = Self.anywhere
        asked[.orchestrator] = port
        let error = #expect(throws: ApplianceError.self) { try LoopbackPorts.resolve(asked) }
        #expect(error?.message.contains("orchestrator port \(port) is not allowed") == true)
    }

    @Test func flagsWinOverTheEnvironment() throws {
        let ports = try PortRequest.ports(
            asked: [.proxy: 1234], environment: ["WEIR_PROXY_PORT": "1", "WEIR_PROMETHEUS_PORT": "0"])
        #expect(ports == [.proxy: 1234, .prometheus: 0, .orchestrator: 8000, .alertmanager: 9093])
    }

    @Test func aVariableThatIsNoPortIsNamed() {
        let error = #expect(throws: PortRequest.Failure.self) {
            try PortRequest.ports(asked: [:], environment: ["WEIR_PROXY_PORT": "http"])
        }
        #expect(error?.description.contains("WEIR_PROXY_PORT=http") == true)
    }
}
