/// One engine being created, from the decision until it answers or is given up.
public struct Provision: Sendable, Hashable {
    /// Which of the circuit breakers counts its outcome.
    public enum Purpose: String, Sendable, Hashable, CaseIterable {
        case growth
        case replacement
    }

    public internal(set) var name: String
    public internal(set) var port: Int
    public let order: ProvisionOrder
    public let purpose: Purpose
    public let begunAt: Timestamp
    /// Attempts after the first one.
    public internal(set) var retries = 0
    let permit: CircuitBreaker.Permit
    /// Names and ports that turned out to be somebody else's.
    var collisions = 0
}

extension Provision {
    /// Why an attempt to create it has failed.
    public enum Failure: Sendable, Hashable {
        case portTaken
        case nameTaken
        /// Repeating it does not help.
        case refused(String)
        /// Whether the engine was created is not known: the provider said that it could not, or said nothing.
        case uncertain(String)
    }

    /// What follows on a failed attempt.
    public enum Step: Sendable, Hashable {
        /// Another attempt at once, with another name or port.
        case again(Provision)
        /// Another attempt after a pause, and after a look at whether the engine exists by now.
        case retry(Provision, after: Duration)
        case giveUp(ProvisionBlock)
    }

    public enum Outcome: Sendable, Hashable {
        case ready
        case failed
        /// It ended for reasons of our own, which say nothing about the provider.
        case abandoned
    }
}
