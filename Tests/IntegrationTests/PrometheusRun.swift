import Appliance
import Foundation
import Outbound

/// A real Prometheus with a configuration, data and a port of its own.
struct PrometheusRun: Sendable {
    struct ExemplarAnswer: Decodable {
        struct Series: Decodable {
            let exemplars: [Exemplar]
            let seriesLabels: [String: String]
        }
        struct Exemplar: Decodable {
            let labels: [String: String]
            let value: String
        }
        let data: [Series]
    }

    let url: String

    /// Runs `body` with a server that is ready, and leaves nothing of it behind, whatever happens.
    static func around(
        configuration: String, features: String?, _ body: (PrometheusRun) async throws -> Void
    ) async throws {
        let directory = try ApplianceRun.makeDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "prometheus.yml")
        try configuration.write(to: file, atomically: true, encoding: .utf8)
        let address = "127.0.0.1:\(try ServiceRun.freePorts()[0])"
        let program = try SpawnedProgram(
            "/usr/bin/env",
            [
                "prometheus", "--config.file=\(file.path)",
                "--storage.tsdb.path=\(directory.appending(path: "data").path)", "--web.listen-address=\(address)",
            ] + (features.map { ["--enable-feature=\($0)"] } ?? []),
            environment: ["PATH": SpawnedProgram.searchPath, "HOME": directory.path],
            log: directory.appending(path: "log"))
        let run = PrometheusRun(url: "http://\(address)")
        let outcome: Result<Void, any Error>
        do {
            try await eventually("Prometheus is ready", within: .seconds(30)) {
                try await ApplianceRun.client.send(.init("GET", run.url + "/-/ready", timeout: .seconds(2))).status
                    == 200
            }
            try await body(run)
            outcome = .success(())
        } catch {
            outcome = .failure(Overdue(description: "\(error); Prometheus printed: \(program.output.suffix(3000))"))
        }
        await ServiceRun.end(program, in: directory)
        try outcome.get()
    }

    /// The series of an instant query.
    func query(_ expression: String) async throws -> [Documents.QueryAnswer.Series] {
        let answer = try await document(
            Documents.QueryAnswer.self, "/api/v1/query?query=" + Self.encoded(expression))
        guard answer.status == "success", let data = answer.data else {
            throw Overdue(description: "Prometheus refuses \(expression): \(answer.error ?? "")")
        }
        return data.result
    }

    /// The only value of a query; nil when there is not exactly one.
    func value(_ expression: String) async throws -> Double? {
        let series = try await query(expression)
        return series.count == 1 ? series[0].value.last.flatMap { Double($0.text) } : nil
    }

    func exemplars(_ expression: String) async throws -> [ExemplarAnswer.Series] {
        let now = Date().timeIntervalSince1970
        return try await document(
            ExemplarAnswer.self,
            "/api/v1/query_exemplars?query=\(Self.encoded(expression))&start=\(now - 600)&end=\(now + 60)"
        ).data
    }

    private func document<Document: Decodable>(_ type: Document.Type, _ path: String) async throws -> Document {
        let reply = try await ApplianceRun.client.send(.init("GET", url + path, timeout: .seconds(5)))
        return try JSONDecoder().decode(type, from: Data(reply.body))
    }

    private static func encoded(_ text: String) -> String {
        let unreserved = CharacterSet(charactersIn: "-._~").union(.alphanumerics)
        return text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? text
    }
}
