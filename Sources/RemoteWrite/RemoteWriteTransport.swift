public import Outbound
public import Telemetry

/// Makes the POSTs of a remote write sender.
public struct RemoteWriteTransport: Sendable {
    private static let timeout = Duration.seconds(15)
    /// Receivers say in a line or two what they do not like.
    private static let maximumAnswerBytes = 1 << 20

    private let outbound: OutboundClient
    private let url: String
    private let bearerToken: String?

    /// - Parameter bearerToken: sent as `Authorization`, and nowhere else.
    public init(outbound: OutboundClient, url: String, bearerToken: String? = nil) {
        self.outbound = outbound
        self.url = url
        self.bearerToken = bearerToken
    }

    /// Ends early when the task is cancelled.
    public func send(_ request: RemoteWriteRequest) async -> RemoteWriteResult {
        var headers = request.headers
        if let bearerToken { headers.append(("Authorization", "Bearer \(bearerToken)")) }
        do throws(OutboundError) {
            let answer = try await outbound.send(
                OutboundRequest(
                    "POST", url, headers: headers, body: request.body, timeout: Self.timeout,
                    maximumBodyBytes: Self.maximumAnswerBytes))
            // A date instead of seconds is left to the sender's own patience.
            let retryAfter = answer.header("Retry-After").flatMap { Int($0.filter { $0 != " " }) }
            return .answered(status: answer.status, retryAfter: retryAfter, message: String(answer.text.prefix(300)))
        } catch {
            return .failed(error.message)
        }
    }
}
