/// What a policy must keep to.
public struct ScalingBounds: Sendable, Hashable {
    /// Free engines to keep at least.
    public var minFree: Int
    /// Engines in total, at most.
    public var maxReplicas: Int
    /// How long fewer engines must have been enough before any is given up, in milliseconds.
    public var holdMilliseconds: Int64
    /// Engines one decision may add at most.
    public var maxStepUp: Int
    /// Engines one decision may give up at most.
    public var maxStepDown: Int

    public init(
        minFree: Int, maxReplicas: Int, holdMilliseconds: Int64, maxStepUp: Int = 10, maxStepDown: Int = 2
    ) {
        self.minFree = max(0, minFree)
        self.maxReplicas = max(1, maxReplicas)
        self.holdMilliseconds = max(0, holdMilliseconds)
        self.maxStepUp = max(1, maxStepUp)
        self.maxStepDown = max(1, maxStepDown)
    }
}
