/// Why samples will never be sent.
public enum RemoteWriteDropReason: String, LabelValue {
    /// The queue was full and these were the oldest.
    case queueFull = "queue_full"
    /// The receiver refused them with a status after which nothing is sent again.
    case refused
    /// The spool could not be written or read.
    case spoolFailure = "spool_failure"
    /// The process ended and there was no spool to keep them.
    case shutdown

    public static let labelName = "reason"
}
