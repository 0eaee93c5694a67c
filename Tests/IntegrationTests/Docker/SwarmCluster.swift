import Foundation
import Glibc
import Outbound

/// A Swarm of real daemons, each in a host of its own: the first is the manager.
final class SwarmCluster: Sendable {
    let daemons: [DockerDaemon]

    private init(daemons: [DockerDaemon]) {
        self.daemons = daemons
    }

    var manager: DockerDaemon { daemons[0] }

    static func around(nodes: Int, _ body: (SwarmCluster) async throws -> Void) async throws {
        try await TestNetwork.around(nodes: nodes) { network in
            let cluster = SwarmCluster(daemons: try network.nodes.map { try DockerDaemon(in: $0) })
            let outcome: Result<Void, any Error>
            do {
                try await cluster.form()
                try await body(cluster)
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            await withTaskGroup { group in
                for daemon in cluster.daemons { group.addTask { await daemon.dispose() } }
            }
            try outcome.get()
        }
    }

    private func form() async throws {
        try await withThrowingTaskGroup { group in
            for daemon in daemons {
                group.addTask {
                    try await daemon.start()
                    try await daemon.importEngine()
                }
            }
            try await group.waitForAll()
        }
        // A node that is silent for some two beats is down.
        let initiated = try await manager.call(
            "POST", "/swarm/init",
            """
            {"ListenAddr": "\(manager.node.address):2377", "AdvertiseAddr": "\(manager.node.address)",
            "Spec": {"Dispatcher": {"HeartbeatPeriod": 2000000000}}}
            """)
        guard initiated.status == 200 else { throw Overdue(description: initiated.text) }
        let swarm = try await manager.json("/swarm") as? [String: Any]
        let token = (swarm?["JoinTokens"] as? [String: String])?["Worker"] ?? ""
        for daemon in daemons.dropFirst() {
            let joined = try await daemon.call(
                "POST", "/swarm/join",
                """
                {"ListenAddr": "\(daemon.node.address):2377", "AdvertiseAddr": "\(daemon.node.address)",
                "RemoteAddrs": ["\(manager.node.address):2377"], "JoinToken": "\(token)"}
                """)
            guard joined.status == 200 else { throw Overdue(description: joined.text) }
        }
        try await eventually("all nodes are ready", within: .seconds(30)) {
            let nodes = try await self.manager.json("/nodes") as? [[String: Any]] ?? []
            let states = nodes.map { ($0["Status"] as? [String: Any])?["State"] as? String }
            return states.count == self.daemons.count && states.allSatisfy { $0 == "ready" }
        }
    }
}

extension DockerDaemon {
    /// Ends the daemon and all that runs under it at one blow, as when a machine loses its power.
    func killMachine() async throws {
        var processes: [pid_t] = []
        for container in try await containers() {
            guard let id = container["Id"] as? String,
                let details = try await json("/containers/\(id)/json") as? [String: Any],
                let state = details["State"] as? [String: Any], let pid = state["Pid"] as? Int, pid > 1
            else { continue }
            processes.append(pid_t(pid))
        }
        try await kill()
        let directory = directory.path
        await Task.detached { Self.sweep(directory) }.value
        for pid in processes { Glibc.kill(pid, SIGKILL) }
    }
}
