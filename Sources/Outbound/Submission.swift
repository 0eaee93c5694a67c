/// A request on its way from its caller to the client's thread.
struct Submission: Sendable {
    let id: UInt64
    let request: OutboundRequest
    let continuation: CheckedContinuation<Result<OutboundResponse, OutboundError>, Never>
}
