public import Fleet
public import Outbound
import Telemetry

/// A client of the AceStream engine's HTTP API.
///
/// Every call has its own deadline and reads a bounded answer; none follows a redirect. A call made for a trace
/// (`TraceContext.current`) carries its `traceparent`.
public struct EngineClient: Sendable {
    private let outbound: OutboundClient
    private let name: String?

    /// - Parameter name: what this process calls itself in the `Via` header of a start; nil: it sends none.
    public init(outbound: OutboundClient, name: String? = nil) {
        self.outbound = outbound
        self.name = name
    }

    /// The form in which an engine delivers a session.
    public enum Delivery: String, Sendable {
        /// One MPEG transport stream.
        case stream = "/ace/getstream"
        /// An HLS playlist and its segments.
        case playlist = "/ace/manifest.m3u8"
    }

    /// Opens a session for some content (`GET /ace/getstream?format=json`, `/ace/manifest.m3u8?format=json` for HLS).
    ///
    /// - Parameters:
    ///   - playerID: the engine's `pid`. An engine cuts the first player when a second asks with the same one, so it
    ///     must be new for each session.
    ///   - parameters: further query parameters, passed through as they are.
    public func start(
        _ content: ContentKey, on engine: EngineEndpoint, playerID: String,
        parameters: [(name: String, value: String)] = [], as delivery: Delivery = .stream,
        timeout: Duration
    ) async throws(EngineError) -> PlaybackSession {
        // `id` is the spelling that every version of the engine knows.
        let kind = content.kind == .contentID ? "id" : content.kind.rawValue
        let query =
            ([(kind, content.value), ("format", "json"), ("pid", playerID)] + parameters.map { ($0.name, $0.value) })
            .map { "\(PercentEncoding.encode($0.0))=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
        let via = name.map { [("Via", (ProxyChain.current ?? ProxyChain()).header(adding: $0))] } ?? []
        let body = try await get("\(delivery.rawValue)?\(query)", on: engine, headers: via, timeout: timeout)
        return try PlaybackSession(answer: body, from: engine)
    }

    /// Ends a session (`command_url?method=stop`). Stopping a session that is gone already is no error.
    public func stop(_ session: PlaybackSession, timeout: Duration = .seconds(3)) async throws(EngineError) {
        try await stop(session.commandPath, on: session.engine, timeout: timeout)
    }

    /// Ends a session that somebody else has opened on an engine.
    public func stop(
        _ command: EngineCommand, on engine: EngineEndpoint, timeout: Duration = .seconds(3)
    ) async throws(EngineError) {
        try await stop(command.path, on: engine, timeout: timeout)
    }

    private func stop(_ path: String, on engine: EngineEndpoint, timeout: Duration) async throws(EngineError) {
        let target = path + (path.contains("?") ? "&" : "?") + "method=stop"
        let answer = try EngineAnswer<String>(json: try await get(target, on: engine, timeout: timeout))
        if let message = answer.error, message != EngineError.unknownSession {
            throw EngineError(code: .refused, message: message)
        }
    }

    /// Whether the engine is up and answers (`GET /server/api?method=get_status`); its version where it says so.
    @discardableResult
    public func status(of engine: EngineEndpoint, timeout: Duration = .seconds(5)) async throws(EngineError) -> String?
    {
        let body = try await get("/server/api?api_version=3&method=get_status", on: engine, timeout: timeout)
        guard let result = try ServiceAnswer(json: body).result else {
            throw EngineError(code: .malformedAnswer, message: "the engine's status has no result")
        }
        return result.version?.version
    }

    /// Whether the engine is connected to its network (`GET /server/api?method=get_network_connection_status`).
    public func isConnected(
        _ engine: EngineEndpoint, timeout: Duration = .seconds(5)
    ) async throws(EngineError) -> Bool {
        let target = "/server/api?api_version=3&method=get_network_connection_status"
        guard let result = try ServiceAnswer(json: try await get(target, on: engine, timeout: timeout)).result,
            let isConnected = result.connected
        else { throw EngineError(code: .malformedAnswer, message: "the engine's network status has no result") }
        return isConnected
    }

    func get(
        _ target: String, on engine: EngineEndpoint, headers: [(name: String, value: String)] = [], timeout: Duration
    ) async throws(EngineError) -> [UInt8] {
        let request = OutboundRequest(
            "GET", "http://\(engine)\(target)",
            headers: [("Content-Type", "application/json")] + TraceContext.outgoingHeaders + headers,
            timeout: timeout,
            connectTimeout: min(timeout, .seconds(3)), maximumBodyBytes: 1 << 20)
        let response: OutboundResponse
        do {
            response = try await outbound.send(request)
        } catch {
            switch error.code {
            case .timeout: throw EngineError(code: .timeout, message: "the engine did not answer in time")
            case .connection, .interrupted, .cancelled: throw EngineError(code: .connection, message: error.message)
            case .badRequest, .bodyTooLarge, .brokenAnswer:
                throw EngineError(code: .malformedAnswer, message: error.message)
            }
        }
        guard response.status == 200 else {
            throw EngineError(code: .refused, message: "the engine answered with status \(response.status)")
        }
        return response.body
    }
}
