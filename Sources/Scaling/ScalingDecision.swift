/// What a policy wants, from what, and why.
public struct ScalingDecision: Sendable, Hashable {
    public enum Direction: String, Sendable, Hashable, CaseIterable {
        case up, down, hold
    }

    /// The numbers the decision was made from.
    public struct Inputs: Sendable, Hashable {
        public var startRate: Double
        public var dispersion: Double
        public var leadTimeSeconds: Double
        /// The probability with which the free engines are to suffice.
        public var quantile: Double
        public var freeTarget: Int
        public var waiting: Int
        public var burnRate: Double
        public var floor: Int

        public init(
            startRate: Double, dispersion: Double, leadTimeSeconds: Double, quantile: Double, freeTarget: Int,
            waiting: Int, burnRate: Double, floor: Int
        ) {
            self.startRate = startRate
            self.dispersion = dispersion
            self.leadTimeSeconds = leadTimeSeconds
            self.quantile = quantile
            self.freeTarget = freeTarget
            self.waiting = waiting
            self.burnRate = burnRate
            self.floor = floor
        }
    }

    /// Milliseconds since the Unix epoch.
    public var at: Int64
    public var policy: String
    public var desired: Int
    public var current: Int
    public var free: Int
    public var used: Int
    public var direction: Direction
    /// One plain sentence with the numbers.
    public var reason: String
    public var inputs: Inputs

    public init(
        at: Int64, policy: String, desired: Int, current: Int, free: Int, used: Int, direction: Direction,
        reason: String, inputs: Inputs
    ) {
        self.at = at
        self.policy = policy
        self.desired = desired
        self.current = current
        self.free = free
        self.used = used
        self.direction = direction
        self.reason = reason
        self.inputs = inputs
    }
}
