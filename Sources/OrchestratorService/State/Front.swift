import Fleet
import NIOCore

/// What requests see of the orchestrator without waiting for their turn in it.
struct Front: Sendable {
    /// The body of `GET /engines` and its tag; nil when it is to be encoded anew.
    var engines: (body: ByteBuffer, entityTag: String)?
    var limiter: ProvisioningLimiter
    var breaker: CircuitBreaker
}
