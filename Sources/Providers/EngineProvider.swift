/// Where engines come from: something that can start, list and remove them.
///
/// Every operation may be repeated. A provider lists and removes only engines that carry its own mark.
public protocol EngineProvider: Sendable {
    /// What kind of provider this is, for logs, metrics and labels: `process`, `docker`, …
    var name: String { get }

    /// Starts an engine. Returns once it has been started, not once it answers.
    func create(_ request: EngineRequest) async throws(ProviderError) -> ProvidedEngine

    /// All engines that carry our mark, running or exited, the oldest first.
    func list() async throws(ProviderError) -> [ProvidedEngine]

    /// Stops an engine if it runs and frees all that is kept of it. An unknown id is no error.
    func remove(_ id: String) async throws(ProviderError)

    /// What running engines use of their machine, for those the provider can tell it of.
    func statistics(of ids: [String]) async throws(ProviderError) -> [EngineStatistics]

    /// Says, until whoever listens is cancelled, that a list asked for now may differ from the last one. Any of these
    /// may be lost, late or needless: they only make a list come sooner. Nil when the provider never says so.
    func changes() -> AsyncStream<Void>?
}

extension EngineProvider {
    public func statistics(of ids: [String]) async throws(ProviderError) -> [EngineStatistics] { [] }

    public func changes() -> AsyncStream<Void>? { nil }
}
