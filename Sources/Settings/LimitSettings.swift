/// What weir-proxy holds at most. Zero means no limit where the table says so.
public struct LimitSettings: Sendable, Hashable {
    /// Open connections, those of viewers included.
    public var connections: Int
    /// Engine sessions at once; 0: no limit.
    public var sessions: Int
    /// Viewers of one session; 0: no limit.
    public var viewersPerSession: Int
    /// Bytes of all rings; 0: half of the memory that the machine, or the process's control group, has.
    public var bufferMemory: Int
    /// Open connections of one client address; 0: no limit.
    public var connectionsPerClient: Int
    /// Running sessions that one client address has started; 0: no limit.
    public var sessionsPerClient: Int
    /// Descriptors that viewers do not get: they are for pages, probes and engines.
    public var reservedDescriptors: Int

    /// Reads the settings.
    ///
    /// | variable | type | default |
    /// |---|---|---|
    /// | `ACEXY_MAX_CONNECTIONS` | 1 to 1000000 | 20000 |
    /// | `ACEXY_MAX_SESSIONS` | 0 (no limit) to 100000 | 0 |
    /// | `ACEXY_MAX_VIEWERS_PER_SESSION` | 0 (no limit) to 1000000 | 0 |
    /// | `ACEXY_MAX_BUFFER_MEMORY` | bytes; 0: half of the memory | 0 |
    /// | `ACEXY_MAX_CONNECTIONS_PER_CLIENT` | 0 (no limit) to 1000000 | 0 |
    /// | `ACEXY_MAX_SESSIONS_PER_CLIENT` | 0 (no limit) to 100000 | 0 |
    /// | `ACEXY_RESERVED_DESCRIPTORS` | 16 to 100000 | 64 |
    init(reader: inout SettingsReader) {
        connections = reader.int("ACEXY_MAX_CONNECTIONS", default: 20_000, in: 1...1_000_000)
        sessions = reader.int("ACEXY_MAX_SESSIONS", default: 0, in: 0...100_000)
        viewersPerSession = reader.int("ACEXY_MAX_VIEWERS_PER_SESSION", default: 0, in: 0...1_000_000)
        bufferMemory = reader.bytes("ACEXY_MAX_BUFFER_MEMORY", default: 0, in: 0...(1 << 50))
        connectionsPerClient = reader.int("ACEXY_MAX_CONNECTIONS_PER_CLIENT", default: 0, in: 0...1_000_000)
        sessionsPerClient = reader.int("ACEXY_MAX_SESSIONS_PER_CLIENT", default: 0, in: 0...100_000)
        reservedDescriptors = reader.int("ACEXY_RESERVED_DESCRIPTORS", default: 64, in: 16...100_000)
    }
}
