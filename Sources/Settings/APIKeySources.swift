/// The keys of the orchestrator's API and where they come from.
public struct APIKeySources: Sendable, Hashable {
    /// The keys as they are at one time.
    public struct Values: Sendable, Hashable {
        public var key: String?
        public var previousKey: String?
        public var readKey: String?
        public var metricsToken: String?
    }

    /// Allows everything.
    public var key: SecretSource?
    /// Allows everything too, so that callers can change from one key to the next.
    public var previousKey: SecretSource?
    /// Allows what changes nothing.
    public var readKey: SecretSource?
    /// Allows `/metrics` and `/sd/proxies`.
    public var metricsToken: SecretSource?

    /// - Throws: ``SettingsError`` with every file that cannot be used.
    public func current() throws(SettingsError) -> Values {
        var problems: [String] = []
        func read(_ source: SecretSource?, _ name: String) -> String? {
            guard let source else { return nil }
            do throws(SettingsError) {
                return try source.current(name)
            } catch {
                problems += error.problems
                return nil
            }
        }
        let values = Values(
            key: read(key, "API_KEY"), previousKey: read(previousKey, "API_KEY_PREVIOUS"),
            readKey: read(readKey, "READ_API_KEY"), metricsToken: read(metricsToken, "METRICS_TOKEN"))
        if !problems.isEmpty { throw SettingsError(problems: problems) }
        return values
    }
}
