/// Who leads, as the database says.
public struct LeadershipRecord: Sendable, Hashable {
    /// Grows with every change of the leader.
    public var token: Int64
    public var holder: String
    /// The leader renews within this time; zero: it leads for as long as its process lives.
    public var lease: Duration
    public var renewals: Int64
}
