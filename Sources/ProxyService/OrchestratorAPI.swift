import FoundationEssentials
import Outbound
import Telemetry

/// Calls to the orchestrator's REST API. Those made for a trace (`TraceContext.current`) carry its `traceparent`.
struct OrchestratorAPI: Sendable {
    private let outbound: OutboundClient
    private let baseURL: String
    private let headers: [(name: String, value: String)]
    private let timeout: Duration

    /// - Parameters:
    ///   - baseURL: without a slash at its end.
    ///   - timeout: of each call, on top of any wait the call asks for.
    init(outbound: OutboundClient, baseURL: String, apiKey: String?, timeout: Duration) {
        self.outbound = outbound
        self.baseURL = baseURL
        self.timeout = timeout
        headers = apiKey.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
    }

    func get(_ path: String) async throws(OutboundError) -> OutboundResponse {
        try await outbound.send(request("GET", path))
    }

    func delete(_ path: String) async throws(OutboundError) -> OutboundResponse {
        try await outbound.send(request("DELETE", path))
    }

    /// - Parameter extraTime: how long the orchestrator was asked to wait before it answers.
    func post(_ path: String, _ body: some Encodable, extraTime: Duration = .zero) async throws(OutboundError)
        -> OutboundResponse
    {
        var request = request("POST", path)
        do {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            request.body = Array(try encoder.encode(body))
        } catch {
            throw OutboundError(code: .badRequest, message: "the request cannot be written as JSON: \(error)")
        }
        request.headers.append(("Content-Type", "application/json"))
        request.timeout += extraTime
        return try await outbound.send(request)
    }

    /// Reads an answer's body; nil when it is not the JSON expected.
    static func decode<Answer: Decodable>(_ type: Answer.Type, from response: OutboundResponse) -> Answer? {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try? decoder.decode(type, from: Data(response.body))
    }

    private func request(_ method: String, _ path: String) -> OutboundRequest {
        OutboundRequest(
            method, baseURL + path, headers: headers + TraceContext.outgoingHeaders, timeout: timeout,
            connectTimeout: timeout,
            maximumBodyBytes: 1 << 20)
    }
}
