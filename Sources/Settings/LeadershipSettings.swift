/// Whether a second orchestrator may wait for the same database.
public struct LeadershipSettings: Sendable, Hashable {
    /// Whether this one waits while another one leads. Without it, it refuses to start.
    public var isStandby: Bool
    /// A leader that does not renew within this time is replaced.
    public var lease: Duration

    /// Reads the settings.
    ///
    /// | variable | type | default |
    /// |---|---|---|
    /// | `STANDBY` | true or false: wait while another orchestrator uses the database | false |
    /// | `LEADER_LEASE_S` | silence after which a leader is replaced, 2 s to 60 s | 6 |
    init(reader: inout SettingsReader) {
        isStandby = reader.bool("STANDBY", default: false)
        lease = reader.duration("LEADER_LEASE_S", default: .seconds(6), in: .seconds(2)...(.seconds(60)))
    }
}
