import Foundation
import NIOCore

/// Asks a component whether it can do its work.
struct Readiness: Sendable {
    let http: LoopbackHTTP
    let endpoints: Endpoints
    /// Engines that must be healthy before the orchestrator counts as ready.
    let engines: Int

    enum Answer: Sendable, Equatable {
        case ready
        /// Not yet, and what is still missing.
        case waiting(String)
    }

    func ask(_ component: Component) async -> Answer {
        switch component {
        case .orchestrator: await askOrchestrator()
        case .proxy: await askStatus(.proxy, "/health")
        case .prometheus: await askStatus(.prometheus, "/-/ready")
        case .alertmanager: await askStatus(.alertmanager, "/-/ready")
        }
    }

    private func askStatus(_ component: Component, _ path: String) async -> Answer {
        guard let reply = try? await http.get(port: endpoints.port(component), path: path) else {
            return .waiting("no answer from \(endpoints.url(component))\(path)")
        }
        return reply.status == 200 ? .ready : .waiting("\(path) answers \(reply.status)")
    }

    private struct Health: Decodable { let ready: Bool }
    private struct Engine: Decodable {
        let healthStatus: String

        enum CodingKeys: String, CodingKey { case healthStatus = "health_status" }
    }

    private func askOrchestrator() async -> Answer {
        let port = endpoints.port(.orchestrator)
        guard let health = try? await http.get(port: port, path: "/health/ready"),
            let table = try? await http.get(port: port, path: "/engines")
        else { return .waiting("no answer from \(endpoints.url(.orchestrator))") }
        let known = (try? JSONDecoder().decode([Engine].self, from: table.data)) ?? []
        let healthy = known.count { $0.healthStatus == "healthy" }
        guard healthy >= engines else { return .waiting("\(healthy) of \(engines) engines healthy") }
        guard health.status == 200, (try? JSONDecoder().decode(Health.self, from: health.data))?.ready == true else {
            return .waiting("/health/ready answers \(health.status)")
        }
        return .ready
    }
}
