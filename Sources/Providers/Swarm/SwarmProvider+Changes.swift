extension SwarmProvider {
    /// Follows the manager's events: services and nodes that come, change and go. What becomes of single tasks is told
    /// by nobody and seen by the next list.
    public func changes() -> AsyncStream<Void>? {
        api.changes(of: ["type": ["service", "node"]], logger: logger)
    }
}
