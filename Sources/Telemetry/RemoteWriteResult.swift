/// What became of one request.
public enum RemoteWriteResult: Sendable, Hashable {
    /// The receiver answered. `retryAfter` is in seconds, `message` the beginning of the answer's body.
    case answered(status: Int, retryAfter: Int? = nil, message: String = "")
    /// There was no complete answer: no connection, a time-out, a cancellation.
    case failed(String)
}
