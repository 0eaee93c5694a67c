import Fleet

/// What a proxy asks for: a slot of an engine.
struct LeaseRequest: Sendable {
    var content: ContentKey
    var wait: Duration
    /// The proxy as its operator named it.
    var holder: String
    /// The proxy's id, where it names itself.
    var proxyID: String?
    var excluded: ExcludedEngines
}
