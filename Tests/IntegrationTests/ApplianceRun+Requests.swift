import Foundation
import Outbound

extension ApplianceRun {
    func get(_ url: String, timeout: Duration = .seconds(5)) async throws -> OutboundResponse {
        try await Self.client.send(OutboundRequest("GET", url, timeout: timeout))
    }

    func document<Document: Decodable>(_ type: Document.Type, _ url: String) async throws -> Document {
        try Self.decode(type, from: Data(try await get(url).body))
    }

    /// A request to the orchestrator that changes something.
    func post(_ path: String, _ body: String) async throws -> OutboundResponse {
        try await Self.client.send(
            OutboundRequest(
                "POST", table.orchestrator + path,
                headers: [("Authorization", "Bearer \(table.apiKey)"), ("Content-Type", "application/json")],
                body: Array(body.utf8), timeout: .seconds(5)))
    }

    /// The series of an instant query.
    func query(_ expression: String) async throws -> [Documents.QueryAnswer.Series] {
        let unreserved = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
        let encoded = expression.addingPercentEncoding(withAllowedCharacters: unreserved) ?? expression
        let answer = try await document(Documents.QueryAnswer.self, table.prometheus + "/api/v1/query?query=" + encoded)
        guard answer.status == "success", let data = answer.data else {
            throw Overdue(description: "Prometheus refuses \(expression): \(answer.error ?? "")")
        }
        return data.result
    }

    func engines() async throws -> [Documents.Engine] {
        try await document([Documents.Engine].self, table.orchestrator + "/engines")
    }

    func startedStreams() async throws -> [Documents.Stream] {
        try await document([Documents.Stream].self, table.orchestrator + "/streams?status=started")
    }

    /// Newest first.
    func decisions() async throws -> [Documents.Decision] {
        try await document([Documents.Decision].self, table.orchestrator + "/autoscaler/decisions?limit=200")
    }

    func proxyHealth() async throws -> Documents.ProxyHealth {
        try await document(Documents.ProxyHealth.self, table.proxy + "/health")
    }

    /// Sessions that all engines together say they have open. Engines that are just leaving are waited for.
    func openSessions() async throws -> Int {
        try await eventually("every engine says what it plays", within: .seconds(15)) {
            var sessions = 0
            for engine in try await engines() {
                let url = "http://\(engine.host):\(engine.port)/sim/state"
                sessions += try await document(Documents.EngineState.self, url).openSessions
            }
            return sessions
        }
    }

    /// The process of an engine, as the provider has it on record.
    func process(ofEngine id: String) throws -> pid_t {
        let file = Self.data(in: directory).appending(path: "engines/\(id).json")
        return try Self.decode(Documents.EngineRecord.self, from: Data(contentsOf: file)).pid
    }

    /// The processes of all engines that the orchestrator lists, by engine. Engines that are just leaving are waited
    /// for.
    func engineProcesses() async throws -> [String: pid_t] {
        try await eventually("every engine listed has a process", within: .seconds(15)) {
            var processes: [String: pid_t] = [:]
            for engine in try await engines() {
                processes[engine.containerId] = try process(ofEngine: engine.containerId)
            }
            return processes
        }
    }

    /// Waits until nothing plays and two engines are free, so that a test starts from a known state.
    func settle() async throws {
        try await eventually("nothing plays and two engines are free", within: .seconds(40)) {
            let free = try await engines().count { $0.isFree }
            guard free >= 2, try await startedStreams().isEmpty else { return false }
            return try await openSessions() == 0
        }
    }

    /// A stream that plays: its viewer, and the orchestrator's record of it.
    func play(_ content: String) async throws -> (viewer: StreamReader, stream: Documents.Stream) {
        let viewer = try StreamReader(url(of: content))
        do {
            try await eventually("a second of \(content) arrives; seen \(viewer.seen)") { viewer.seen.packets > 1800 }
            let stream = try await eventually("the orchestrator knows the stream") {
                try await startedStreams().first { $0.key == content }
            }
            return (viewer, stream)
        } catch {
            viewer.close()
            throw error
        }
    }

    func url(of content: String) -> String { table.proxy + "/ace/getstream?id=" + content }

    /// A content key of 40 hexadecimal digits, a different one for each number.
    static func content(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "c", count: 40 - digits.count) + digits
    }
}
