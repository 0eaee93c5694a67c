import Fleet

/// One engine being created, from the decision until its provider has started it.
struct Provision: Sendable, Hashable {
    /// Which of the circuit breakers counts its outcome.
    enum Purpose: Sendable, Hashable {
        case growth
        case replacement
    }

    var name: String
    var port: Int
    var labels: [String: String]
    var environment: [String: String]
    var purpose: Purpose
    var begunAt: Timestamp
}

/// Why no engine can be had now.
enum ProvisionBlock: Error, Sendable, Hashable {
    /// The breaker is open for the time given.
    case circuitOpen(Duration)
    case maxReplicas
    case noFreePort
    /// As many as allowed are being created.
    case busy
    /// The last one began too recently.
    case notBefore(Timestamp)
    /// The provider could not, or the engine never answered.
    case failed(String)
}
