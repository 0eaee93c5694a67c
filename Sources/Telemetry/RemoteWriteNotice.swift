/// Something the operator should read in the log. Each is told once, when it begins.
public enum RemoteWriteNotice: Sendable, Hashable {
    /// Requests fail and are kept to be sent again.
    case failing(String)
    /// The receiver refuses requests; they are dropped.
    case refused(String)
    /// Requests are accepted again.
    case recovered
    /// The queue is full: the oldest requests are dropped until there is room again.
    case overflowing
    /// The spool does not work: what does not fit into memory is dropped.
    case spoolUnavailable(String)
}
