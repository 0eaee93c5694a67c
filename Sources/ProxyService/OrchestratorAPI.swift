import Catalogue
import FoundationEssentials
import Outbound
import Telemetry

/// Calls to the orchestrator's REST API. All carry the name of this run of the proxy (`Weir-Proxy`), by which the
/// orchestrator knows whose streams and leases to end when it hears no more of it. Those made for a trace
/// (`TraceContext.current`) carry its `traceparent`.
struct OrchestratorAPI: Sendable {
    private let outbound: OutboundClient
    private let baseURL: String
    private let headers: [(name: String, value: String)]
    private let timeout: Duration
    private let metrics: CallMetrics<OrchestratorOperation, OrchestratorCallOutcome>

    /// - Parameters:
    ///   - baseURL: without a slash at its end.
    ///   - timeout: of each call, on top of any wait the call asks for.
    init(
        outbound: OutboundClient, baseURL: String, apiKey: String?, timeout: Duration,
        metrics: CallMetrics<OrchestratorOperation, OrchestratorCallOutcome>
    ) {
        self.outbound = outbound
        self.baseURL = baseURL
        self.timeout = timeout
        self.metrics = metrics
        headers =
            [(name: "Weir-Proxy", value: UUID().uuidString.lowercased())]
            + (apiKey.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? [])
    }

    /// - Parameter entityTag: of what is known already; the answer is a 304 where that has not changed.
    func get(
        _ operation: OrchestratorOperation, _ path: String, entityTag: String? = nil
    ) async throws(OutboundError) -> OutboundResponse {
        var request = request("GET", path)
        if let entityTag { request.headers.append(("If-None-Match", entityTag)) }
        return try await send(operation, request)
    }

    func delete(_ operation: OrchestratorOperation, _ path: String) async throws(OutboundError) -> OutboundResponse {
        try await send(operation, request("DELETE", path))
    }

    /// - Parameter extraTime: how long the orchestrator was asked to wait before it answers.
    func post(
        _ operation: OrchestratorOperation, _ path: String, _ body: some Encodable, extraTime: Duration = .zero
    ) async throws(OutboundError) -> OutboundResponse {
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
        return try await send(operation, request)
    }

    /// Reads an answer that does not end by itself, for ten minutes at most.
    /// - Parameter onBody: gets the body piece by piece, on a thread that must not be blocked.
    func follow(
        _ path: String, headers: [(name: String, value: String)], onBody: @escaping @Sendable ([UInt8]) -> Void
    ) async throws(OutboundError) -> OutboundResponse {
        var request = request("GET", path)
        request.headers += headers
        request.timeout = .seconds(600)
        request.onBody = { onBody(Array($0)) }
        return try await outbound.send(request)
    }

    private func send(
        _ operation: OrchestratorOperation, _ request: OutboundRequest
    ) async throws(OutboundError) -> OutboundResponse {
        let begin = ContinuousClock.now
        do throws(OutboundError) {
            let response = try await outbound.send(request)
            metrics.record(operation, OrchestratorCallOutcome(status: response.status), since: begin)
            return response
        } catch {
            metrics.record(operation, OrchestratorCallOutcome(error), since: begin)
            throw error
        }
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
