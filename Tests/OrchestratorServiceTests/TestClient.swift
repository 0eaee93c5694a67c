import Foundation
import Outbound

/// Talks to an orchestrator under test.
struct TestClient: Sendable {
    static let key = "test-key"

    struct Answer: Sendable {
        var status: Int
        var body: Data
        var response: OutboundResponse

        var text: String { String(decoding: body, as: UTF8.self) }
        func header(_ name: String) -> String? { response.header(name) }
        func decoded<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            try JSONDecoder().decode(Value.self, from: body)
        }
    }

    /// Nothing is said about how fast an answer comes: on a machine that is busy with other tests, connecting alone may
    /// take seconds.
    static let patience = Duration.seconds(120)

    let port: Int
    let outbound: OutboundClient

    func get(_ path: String, headers: [(name: String, value: String)] = []) async throws -> Answer {
        try await send("GET", path, headers: headers)
    }

    func post(
        _ path: String, _ body: String? = nil, key: String? = TestClient.key,
        headers: [(name: String, value: String)] = [], timeout: Duration = TestClient.patience
    ) async throws -> Answer {
        try await send("POST", path, headers: Self.authorization(key) + headers, body: body, timeout: timeout)
    }

    func delete(_ path: String) async throws -> Answer {
        try await send("DELETE", path, headers: Self.authorization(Self.key))
    }

    /// Any request at all; no key but what `headers` hold.
    func request(
        _ method: String, _ path: String, headers: [(name: String, value: String)] = [], body: String? = nil
    ) async throws -> Answer {
        try await send(method, path, headers: headers, body: body)
    }

    func lease(_ content: String = "abc", waitMilliseconds: Int = 0, timeout: Duration = TestClient.patience)
        async throws
        -> Answer
    {
        try await post(
            "/engines/lease",
            #"{"content":{"key_type":"content_id","key":"\#(content)"},"wait_ms":\#(waitMilliseconds)}"#,
            timeout: timeout)
    }

    private static func authorization(_ key: String?) -> [(name: String, value: String)] {
        key.map { [("Authorization", "Bearer \($0)")] } ?? []
    }

    private func send(
        _ method: String, _ path: String, headers: [(name: String, value: String)] = [], body: String? = nil,
        timeout: Duration = TestClient.patience
    ) async throws -> Answer {
        let response = try await outbound.send(
            OutboundRequest(
                method, "http://127.0.0.1:\(port)\(path)", headers: headers, body: body.map { Array($0.utf8) },
                timeout: timeout, connectTimeout: timeout))
        return Answer(status: response.status, body: Data(response.body), response: response)
    }
}

/// The parts of the API's documents that tests look at.
struct EngineDocument: Decodable, Sendable {
    var container_id: String
    var container_name: String
    var port: Int
    var health_status: String
    var streams: [String]
    var first_seen: String
    var last_stream_usage: String?
}

struct StreamDocument: Decodable, Sendable {
    var id: String
    var container_id: String
    var status: String
    var end_reason: String?
}

struct LeaseDocument: Decodable, Sendable {
    struct Engine: Decodable, Sendable {
        var container_id: String
        var host: String
        var port: Int
    }

    var lease_id: String
    var engine: Engine
    var ttl_s: Int
}
