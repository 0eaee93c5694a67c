/// What to do after a request, by the rules of remote write 1.0: try again after a 5xx, a 429 and a failure of
/// transport, and never after anything else that is not a success.
package enum RemoteWriteVerdict: Sendable, Hashable {
    case delivered
    /// To be sent again, not sooner than `after`.
    case retry(after: Duration, detail: String)
    case refused(detail: String)

    /// No receiver may ask for more patience than this.
    package static let longestWait = Duration.seconds(3600)

    package init(_ result: RemoteWriteResult) {
        switch result {
        case .answered(200..<300, _, _):
            self = .delivered
        case .answered(let status, let retryAfter, let message) where status == 429 || (500..<600).contains(status):
            let wait = min(.seconds(max(0, retryAfter ?? 0)), Self.longestWait)
            self = .retry(after: wait, detail: Self.detail(status, message))
        case .answered(let status, _, let message):
            self = .refused(detail: Self.detail(status, message))
        case .failed(let reason):
            self = .retry(after: .zero, detail: reason)
        }
    }

    private static func detail(_ status: Int, _ message: String) -> String {
        let line = message.prefix(200).split(whereSeparator: \.isNewline).first ?? ""
        return line.isEmpty ? "status \(status)" : "status \(status): \(line)"
    }
}
