import Foundation
import OrchestratorService
import Providers
import Testing

/// Engines behind Gluetun: its control server is a real one, its containers are played.
@Suite struct VPNTests {
    private func withVPN(
        _ settings: [String: String] = [:], redundant: Bool = false, engines: Int = 2,
        gluetun: GluetunServer.Behaviour = GluetunServer.Behaviour(),
        _ body: @escaping @Sendable (TestClient, FakeVPNs, GluetunServer) async throws -> Void
    ) async throws {
        let server = try await GluetunServer(gluetun)
        let fake = FakeEngines()
        let vpns = FakeVPNs(fake, healthy: ["gluetun", "gluetun2"])
        var environment = [
            "GLUETUN_CONTAINER_NAME": "gluetun", "GLUETUN_API_URL": server.url, "GLUETUN_PORT_CACHE_TTL_S": "0",
            "GLUETUN_HEALTH_CHECK_INTERVAL_S": "0.1", "ENGINE_PROVIDER": "docker",
            "ENGINE_GRACE_PERIOD_S": "3600",
        ]
        if redundant {
            environment.merge([
                "GLUETUN_CONTAINER_NAME_2": "gluetun2", "GLUETUN_API_URL_2": server.url, "VPN_MODE": "redundant",
            ]) { one, _ in one }
        }
        try await withFolder { [environment] folder async throws in
            try await withOrchestrator(
                environment.merging(settings) { _, own in own }, provider: vpns, folder: folder
            ) { client async throws in
                if engines > 0 {
                    #expect(try await client.post("/scale/\(engines)").status == 200)
                    try await eventually("the engines are healthy") { try await Self.healthy(engines, client) }
                }
                try await body(client, vpns, server)
            }
        }
        try await server.stop()
    }

    private static func healthy(_ count: Int, _ client: TestClient) async throws -> Bool {
        try await client.get("/metrics").text.contains(#"orch_engines{health_status="healthy"} \#(count)"#)
    }

    private static func log(_ client: TestClient) async throws -> String {
        try await client.get("/events?event_type=vpn").text
    }

    @Test func engineGetsTheForwardedPortAndTheStatusShowsIt() async throws {
        try await withVPN { client, vpns, _ async throws in
            try await eventually("one engine has the port") {
                vpns.engines.running.count { $0.labels["acestream.forwarded_port"] == "51820" } == 1
            }
            #expect(vpns.requests.allSatisfy { $0.vpnContainer == "gluetun" } == true)
            let status = try await client.get("/orchestrator/status").text
            #expect(status.contains(#""connected":true"#))
            #expect(status.contains(#""forwarded_port":51820"#))
            let metrics = try await client.get("/metrics").text
            #expect(metrics.contains(#"orch_vpn_state{vpn="all",state="healthy"} 1"#))
        }
    }

    @Test(arguments: [
        GluetunServer.Behaviour(hasOldRoute: true), GluetunServer.Behaviour(redirects: true),
        GluetunServer.Behaviour(key: "secret"),
    ])
    func portIsFoundOnEitherRouteAndWithAKey(behaviour: GluetunServer.Behaviour) async throws {
        let settings = ["GLUETUN_API_KEY": "secret"]
        try await withVPN(settings, engines: 0, gluetun: behaviour) { client, _, _ async throws in
            try await eventually("the port is known") {
                try await client.get("/orchestrator/status").text.contains(#""forwarded_port":51820"#)
            }
        }
    }

    @Test func missingKeyIsSaidOnceAndClearly() async throws {
        try await withVPN(engines: 1, gluetun: GluetunServer.Behaviour(key: "secret")) {
            client, _, server async throws in
            try await eventually("it was asked again and again") { server.requests.count > 6 }
            let log = try await Self.log(client)
            #expect(log.contains("set GLUETUN_API_KEY"))
            #expect(log.components(separatedBy: "api_error").count == 2)
            // Engines do without a forwarded port.
            #expect(try await client.get("/orchestrator/status").text.contains(#""connected":true"#))
        }
    }

    @Test func portChangeReplacesTheEngineAndTheNewOneIsThereBefore() async throws {
        try await withVPN { client, vpns, server async throws in
            try await eventually("one engine has the port") {
                vpns.engines.running.contains { $0.labels["acestream.forwarded_port"] == "51820" }
            }
            let old = try #require(
                vpns.engines.running.first { $0.labels["acestream.forwarded_port"] == "51820" })
            // The new engine does not answer yet: the old one stays.
            vpns.engines.setGateClosed(true)
            server.change { $0.port = 40_000 }
            try await eventually("the new one is created") {
                vpns.engines.running.contains { $0.labels["acestream.forwarded_port"] == "40000" }
            }
            #expect(vpns.engines.running.contains { $0.id == old.id } == true)
            vpns.engines.setGateClosed(false)
            try await eventually("the old one is gone") { vpns.engines.removed.contains(old.id) }
            #expect(vpns.engines.running.count { $0.labels["acestream.forwarded_port"] == "40000" } == 1)
            #expect(try await Self.log(client).contains("forwards port 40000, before: 51820"))
        }
    }

    @Test func disconnectedVPNBlocksProvisioningWithAnEstimate() async throws {
        try await withVPN { client, vpns, _ async throws in
            vpns.set(.unhealthy, of: "gluetun")
            try await eventually("the outage is seen") {
                try await client.get("/orchestrator/status").text.contains(#""code":"vpn_disconnected""#)
            }
            let blocked = try await client.post("/provision/acestream")
            #expect(blocked.status == 503)
            #expect(blocked.text.contains(#""code":"vpn_disconnected""#))
            #expect(blocked.text.contains(#""recovery_eta_seconds":60"#))
            let lease = try await client.lease()
            #expect(lease.status == 503)
            #expect(lease.text.contains(#""code":"vpn_disconnected""#))
            #expect(vpns.engines.removed.isEmpty)
            vpns.set(.healthy, of: "gluetun")
            try await eventually("engines are leased again") { try await client.lease().status == 200 }
        }
    }

    @Test func unhealthyContainerCountsAsConnectedWhileItsEnginesAre() async throws {
        try await withVPN { client, vpns, server async throws in
            vpns.engines.setConnected(true)
            vpns.set(.unhealthy, of: "gluetun")
            try await eventually("its own check is seen") {
                try await client.get("/metrics").text.contains(#"orch_vpn_state{vpn="all",state="unhealthy"} 1"#)
            }
            #expect(try await client.lease().status == 200)
            vpns.engines.setConnected(false)
            try await eventually("the engines say no") { try await client.lease().status == 503 }
        }
    }

    @Test func vpnThatStaysDownIsRestartedAndEnginesFollowOneAtATime() async throws {
        let settings = ["VPN_UNHEALTHY_RESTART_TIMEOUT_S": "1"]
        try await withVPN(settings) { client, vpns, _ async throws in
            let before = Set(vpns.engines.running.map(\.id))
            vpns.set(.stopped, of: "gluetun")
            try await eventually("its container is restarted") { vpns.restarts.contains("gluetun") }
            vpns.set(.healthy, of: "gluetun")
            try await eventually("every engine is another one") {
                let running = Set(vpns.engines.running.map(\.id))
                return running.isDisjoint(with: before) && running.count >= 2
            }
            #expect(try await client.get("/metrics").text.contains("\norch_vpn_restarts_total 0\n") == false)
            let log = try await Self.log(client)
            #expect(log.contains("is restarted"))
            #expect(log.contains("is not connected any more"))
            #expect(vpns.engines.fewestRunning >= before.count - 1)
        }
    }

    @Test func enginesStayAfterAReconnectWhereThatIsSet() async throws {
        try await withVPN(["VPN_RESTART_ENGINES_ON_RECONNECT": "false"]) { client, vpns, _ async throws in
            vpns.set(.stopped, of: "gluetun")
            try await eventually("the outage is seen") { try await client.lease().status == 503 }
            vpns.set(.healthy, of: "gluetun")
            try await eventually("engines are leased again") { try await client.lease().status == 200 }
            #expect(vpns.engines.removed.isEmpty)
        }
    }

    @Test func oneOfTwoVPNsFailsAndTheOtherCarriesUntilBothAreBack() async throws {
        let settings = [
            "GLUETUN_PORT_RANGE_1": "31000-31009", "GLUETUN_PORT_RANGE_2": "32000-32009", "MAX_REPLICAS": "4",
            "ENGINE_GRACE_PERIOD_S": "0",
        ]
        try await withVPN(settings, redundant: true, engines: 0) { client, vpns, _ async throws in
            try await eventually("both are connected") {
                let metrics = try await client.get("/metrics").text
                return ["1", "2"].allSatisfy {
                    metrics.contains(#"orch_vpn_state{vpn="\#($0)",state="healthy"} 1"#)
                }
            }
            #expect(try await client.post("/scale/4").status == 200)
            try await eventually("both carry the same") {
                vpns.running(behind: "gluetun").count == 2 && vpns.running(behind: "gluetun2").count == 2
            }
            #expect(vpns.running(behind: "gluetun").allSatisfy { (31000...31009).contains($0.httpPort) } == true)
            #expect(vpns.running(behind: "gluetun2").allSatisfy { (32000...32009).contains($0.httpPort) } == true)
            vpns.set(.stopped, of: "gluetun")
            try await eventually("the other one carries all") {
                vpns.running(behind: "gluetun").isEmpty && vpns.running(behind: "gluetun2").count == 4
            }
            let metrics = try await client.get("/metrics").text
            #expect(metrics.contains("\norch_vpn_emergency 1\n"))
            #expect(try await Self.log(client).contains("VPN gluetun has failed: gluetun2 carries all"))
            vpns.set(.healthy, of: "gluetun")
            try await eventually("both carry the same again") {
                vpns.running(behind: "gluetun").count == 2 && vpns.running(behind: "gluetun2").count == 2
            }
            #expect(try await client.get("/metrics").text.contains("\norch_vpn_emergency 0\n"))
            // A port for each engine, and no other one is held.
            #expect(Set(vpns.engines.running.map(\.httpPort)).count == 4)
        }
    }

    @Test func boundOfEnginesBehindOneVPNActs() async throws {
        try await withVPN(["PREFERRED_ENGINES_PER_VPN": "2"]) { client, vpns, _ async throws in
            let refused = try await client.post("/provision/acestream")
            #expect(refused.status == 503)
            #expect(vpns.engines.running.count == 2)
        }
    }
}
