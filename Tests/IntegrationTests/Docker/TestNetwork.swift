import Foundation

/// Hosts of their own on one machine: network namespaces on a switch that is one too, with this machine at the switch.
/// Whatever daemons in them do to their bridges and packet filters, nobody else notices.
final class TestNetwork: Sendable {
    /// One host.
    struct Node: Sendable {
        var namespace: String
        var address: String
        /// Starts a command in it.
        func command(_ words: [String]) -> [String] { ["nsenter", "--net=/var/run/netns/\(namespace)"] + words }
    }

    let nodes: [Node]
    private let name: String

    private init(name: String, nodes: [Node]) {
        self.name = name
        self.nodes = nodes
    }

    static func around(nodes count: Int, _ body: (TestNetwork) async throws -> Void) async throws {
        let name = String(UInt32.random(in: 0...0xff_ffff) | 0x100_0000, radix: 16).suffix(6)
        let prefix = "10.\(Int.random(in: 130..<250)).\(Int.random(in: 0..<256))"
        let nodes = (0..<count).map { Node(namespace: "wn\(name)-\($0)", address: "\(prefix).\(10 + $0)") }
        let network = TestNetwork(name: String(name), nodes: nodes)
        let outcome: Result<Void, any Error>
        do {
            try await network.setUp(prefix: prefix)
            outcome = .success(try await body(network))
        } catch {
            outcome = .failure(error)
        }
        await network.tearDown()
        try outcome.get()
    }

    private var hub: String { "wn\(name)-s" }

    private func setUp(prefix: String) async throws {
        var script = """
            ip netns add \(hub)
            ip -n \(hub) link set lo up
            ip -n \(hub) link add sw type bridge
            ip -n \(hub) link set sw up
            ip link add wh\(name) type veth peer name uplink netns \(hub)
            ip -n \(hub) link set uplink master sw
            ip -n \(hub) link set uplink up
            ip addr add \(prefix).1/24 dev wh\(name)
            ip link set wh\(name) up

            """
        for (index, node) in nodes.enumerated() {
            script += """
                ip netns add \(node.namespace)
                ip -n \(node.namespace) link set lo up
                ip -n \(hub) link add p\(index) type veth peer name eth0 netns \(node.namespace)
                ip -n \(hub) link set p\(index) master sw
                ip -n \(hub) link set p\(index) up
                ip -n \(node.namespace) addr add \(node.address)/24 dev eth0
                ip -n \(node.namespace) link set eth0 up
                ip -n \(node.namespace) route add default via \(prefix).1

                """
        }
        let done = try await SpawnedProgram.run(["sh", "-ec", script], within: .seconds(30))
        guard done.exitCode == 0 else { throw Overdue(description: "no network: \(done.output)") }
    }

    private func tearDown() async {
        let namespaces = (nodes.map(\.namespace) + [hub]).map { "ip netns del \($0);" }.joined(separator: " ")
        _ = try? await SpawnedProgram.run(["sh", "-c", "ip link del wh\(name); \(namespaces)"], within: .seconds(30))
    }
}
