extension DockerProvider {
    /// Follows the daemon's events: containers of ours that start, die, are killed for want of memory or vanish.
    public func changes() -> AsyncStream<Void>? {
        api.changes(
            of: [
                "type": ["container"], "event": ["start", "die", "oom", "destroy"], "label": [Self.mark + "=true"],
            ], logger: logger)
    }
}
