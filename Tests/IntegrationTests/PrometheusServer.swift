import Foundation
import NIOConcurrencyHelpers
import Outbound
import Testing

/// A real Prometheus that accepts remote write, on a port and a data folder of its own; it can be killed and started
/// again.
final class PrometheusServer: Sendable {
    /// An answer to a range query.
    struct RangeAnswer: Decodable {
        struct Series: Decodable {
            var metric: [String: String]
            /// Pairs of a time in seconds and a value.
            var values: [[Documents.Scalar]]?
            /// Pairs of a time in seconds and a native histogram.
            var histograms: [HistogramPoint]?
        }

        struct Result: Decodable { var result: [Series] }

        var data: Result
    }

    struct HistogramPoint: Decodable {
        struct Value: Decodable {
            var count: String
            var sum: String
        }

        var time: Double
        var value: Value

        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            time = try list.decode(Double.self)
            value = try list.decode(Value.self)
        }
    }

    struct ExemplarAnswer: Decodable {
        struct Series: Decodable {
            struct Exemplar: Decodable {
                var labels: [String: String]
                var value: String
                var timestamp: Double
            }

            var seriesLabels: [String: String]
            var exemplars: [Exemplar]
        }

        var data: [Series]
    }

    let port: Int
    private let directory: URL
    private let features: [String]
    private let process = NIOLockedValueBox<SpawnedProgram?>(nil)

    /// Runs `body` with a running server and leaves nothing of it behind.
    static func around(
        features: [String] = ["native-histograms", "exemplar-storage"], _ body: (PrometheusServer) async throws -> Void
    ) async throws {
        let directory = try ApplianceRun.makeDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let server = PrometheusServer(directory: directory, features: features, port: try freePort())
        let outcome: Result<Void, any Error>
        do {
            try Data("global: {scrape_interval: 1h}\n".utf8).write(to: directory.appending(path: "prometheus.yml"))
            try await server.start()
            try await body(server)
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await server.kill()
        try outcome.get()
    }

    private init(directory: URL, features: [String], port: Int) {
        self.directory = directory
        self.features = features
        self.port = port
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var receiver: String { url + "/api/v1/write" }

    /// Starts it on the data that is there and waits until it is ready.
    func start() async throws {
        var arguments = [
            "--config.file=\(directory.path)/prometheus.yml", "--storage.tsdb.path=\(directory.path)/data",
            "--web.listen-address=127.0.0.1:\(port)", "--web.enable-remote-write-receiver",
        ]
        if !features.isEmpty { arguments.append("--enable-feature=\(features.joined(separator: ","))") }
        let started = try SpawnedProgram(
            "/usr/bin/prometheus", arguments, environment: ["PATH": SpawnedProgram.searchPath],
            log: directory.appending(path: "prometheus.log"))
        process.withLockedValue { $0 = started }
        try await eventually("Prometheus is ready; it printed: \(started.output)") {
            try await get("/-/ready").status == 200
        }
    }

    /// Ends it without warning, as a power cut would.
    func kill() async {
        guard let running = process.withLockedValue({ $0 }) else { return }
        running.send(SIGKILL)
        // A task of its own: the end must come also when the test was cancelled.
        _ = await Task.detached { try? await running.ended(within: .seconds(10)) }.value
    }

    func get(_ path: String, _ query: [String: String] = [:]) async throws -> OutboundResponse {
        var components = URLComponents()
        components.queryItems = query.map { URLQueryItem(name: $0.key, value: $0.value) }
        let text = (components.percentEncodedQuery ?? "").replacing("+", with: "%2B")
        return try await ApplianceRun.client.send(OutboundRequest("GET", "\(url)\(path)?\(text)"))
    }

    /// Every raw sample of the matching series in the last `seconds`.
    func samples(_ selector: String, seconds: Int = 600) async throws -> [RangeAnswer.Series] {
        let answer = try await get("/api/v1/query", ["query": "\(selector)[\(seconds)s]"])
        try #require(answer.status == 200, "\(answer.text)")
        return try JSONDecoder().decode(RangeAnswer.self, from: Data(answer.body)).data.result
    }

    /// How many series an instant query finds.
    func count(_ query: String) async throws -> Int {
        let answer = try await get("/api/v1/query", ["query": query])
        try #require(answer.status == 200, "\(answer.text)")
        return try JSONDecoder().decode(RangeAnswer.self, from: Data(answer.body)).data.result.count
    }

    func exemplars(_ selector: String) async throws -> [ExemplarAnswer.Series] {
        let now = Date().timeIntervalSince1970
        let answer = try await get(
            "/api/v1/query_exemplars", ["query": selector, "start": "\(now - 600)", "end": "\(now + 600)"])
        try #require(answer.status == 200, "\(answer.text)")
        return try JSONDecoder().decode(ExemplarAnswer.self, from: Data(answer.body)).data
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        for _ in 0..<1000 {
            // Below the range that the kernel uses for outgoing connections.
            let port = Int.random(in: 20_000..<32_768)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            let isFree = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if isFree { return port }
        }
        throw Overdue(description: "no free port on 127.0.0.1")
    }
}
