import Foundation
import Outbound
import TestSupport
import Testing

/// Engines of a real Swarm, and the loss of one of its machines.
@Suite(
    .serialized, .enabled(if: DockerDaemon.isAvailable, "needs root and dockerd"),
    .enabled(if: TestLength.isLong, "takes a minute: WEIR_LONG=1"))
struct SwarmTests {
    private static let engines = 6

    @Test func enginesAreSpreadAndThoseOfALostMachineComeBackOnOthers() async throws {
        try await SwarmCluster.around(nodes: 3) { cluster in
            let foreign = try await cluster.manager.call(
                "POST", "/services/create",
                """
                {"Name": "somebody", "TaskTemplate": {"ContainerSpec": {"Image": "\(DockerDaemon.image)"}},
                "Mode": {"Replicated": {"Replicas": 1}}}
                """)
            #expect(foreign.status == 201)
            let settings = ContainerFleet.settings(cluster.manager, provider: "swarm")
            try await ContainerFleet.around(settings) { fleet in
                try await fleet.scale(to: Self.engines)
                try await ready(fleet)
                let engines = try await fleet.engines()
                let addresses = cluster.daemons.map(\.node.address)
                #expect(Set(engines.map(\.host)) == Set(addresses), "they are spread over all machines")
                #expect(Set(engines.map(\.port)).count == engines.count)

                let viewers = try (0..<4).map { try fleet.play(10 + $0) }
                defer { viewers.forEach { $0.close() } }
                try await eventually("all four watch: \(viewers.map(\.seen))", within: .seconds(60)) {
                    viewers.allSatisfy { $0.seen.packets > 500 }
                }
                // A worker on which somebody's stream plays.
                var victim: DockerDaemon?
                try await eventually("a worker plays a stream") {
                    let playing = Set(try await fleet.streams().map(\.containerId))
                    let hosts = Set(try await fleet.engines().filter { playing.contains($0.containerId) }.map(\.host))
                    victim = cluster.daemons.dropFirst().first { hosts.contains($0.node.address) }
                    return victim != nil
                }
                let lost = try #require(victim)
                let old = Set(try await fleet.engines().filter { $0.host == lost.node.address }.map(\.containerId))
                let counts = viewers.map(\.seen.packets)
                try await lost.killMachine()
                try await eventually("all go on watching: \(viewers.map(\.seen))", within: .seconds(60)) {
                    zip(viewers, counts).allSatisfy { $0.seen.hasEnded || $0.seen.packets > $1 + 20_000 }
                }
                for viewer in viewers {
                    #expect(!viewer.seen.hasEnded)
                    #expect(viewer.seen.continuityBreaks == [])
                    #expect(viewer.seen.misaligned == 0)
                }
                try await ready(fleet)
                let now = try await fleet.engines()
                #expect(!now.contains { $0.host == lost.node.address || old.contains($0.containerId) })
                #expect(Set(now.map { "\($0.host):\($0.port)" }).count == now.count)
                for viewer in viewers { viewer.close() }
                // More engines may come and go for a while: those who came just now are expected again.
                var state = ""
                try await eventually(
                    "each service is an engine, but for one of others: \(state)", within: .seconds(120)
                ) {
                    let engines = try await fleet.engines()
                    let services = try await services(cluster)
                    state = "\(engines.count) engines, \(services) services"
                    return engines.count >= Self.engines && services == engines.count + 1
                }
                #expect(try await cluster.manager.call("GET", "/services/somebody").status == 200)
            }
        }
    }

    private func ready(_ fleet: ContainerFleet) async throws {
        var engines: [Documents.Engine] = []
        try await eventually("\(Self.engines) engines: \(engines)", within: .seconds(120)) {
            engines = try await fleet.engines()
            return engines.count >= Self.engines && engines.allSatisfy(\.isHealthy)
        }
    }

    private func services(_ cluster: SwarmCluster) async throws -> Int {
        (try await cluster.manager.json("/services") as? [[String: Any]])?.count ?? 0
    }
}
