/// How engines are created.
public struct ProvisioningSettings: Sendable, Hashable {
    /// From the decision to create an engine until it answers, retries included.
    public var timeout: Duration
    /// Time after its start in which the failing probes of an engine that has not answered yet do not count.
    public var startupGrace: Duration
    /// How often a failed creation is repeated.
    public var maxRetries: Int
    /// The longest pause before the first repetition; it doubles with each.
    public var retryBackoff: Duration
    /// Requests for an engine that may wait for their turn.
    public var maxQueued: Int
    /// Whether idle engines beyond the wanted number are removed.
    public var removesSurplus: Bool

    /// Reads the settings.
    ///
    /// | variable | type | default |
    /// |---|---|---|
    /// | `PROVISION_TIMEOUT_S` | time, 1 s to 1 h, of one engine's creation, its start and retries included | 120 |
    /// | `PROVISION_STARTUP_GRACE_S` | time after its start in which an engine's failing probes do not count | 30 |
    /// | `MAX_RETRIES` | repetitions of a failed creation, 0 to 100 | 3 |
    /// | `RETRY_BACKOFF_S` | longest pause before the first of them, doubled for each, at most 60 s | 2 |
    /// | `MAX_QUEUED_PROVISIONS` | requests for an engine that wait for their turn, 0 to 10000 | 100 |
    /// | `AUTO_DELETE` | true or false: idle engines beyond the wanted number go | true |
    init(reader: inout SettingsReader) {
        timeout = reader.duration(
            "PROVISION_TIMEOUT_S", default: .seconds(120), in: .seconds(1)...(.seconds(3600)))
        startupGrace = reader.duration(
            "PROVISION_STARTUP_GRACE_S", default: .seconds(30), in: .zero...(.seconds(3600)))
        maxRetries = reader.int("MAX_RETRIES", default: 3, in: 0...100)
        retryBackoff = reader.duration("RETRY_BACKOFF_S", default: .seconds(2), in: .zero...(.seconds(60)))
        maxQueued = reader.int("MAX_QUEUED_PROVISIONS", default: 100, in: 0...10_000)
        removesSurplus = reader.bool("AUTO_DELETE", default: true)
    }
}
