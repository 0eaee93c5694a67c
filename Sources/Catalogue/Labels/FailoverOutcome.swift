public import Telemetry

/// How a session's search for another engine ended.
public enum FailoverOutcome: String, LabelValue {
    public static let labelName = "outcome"
    /// Another source was spliced in.
    case ok
    /// The old engine went on sending meanwhile.
    case recovered
    /// No other source was had within the time allowed.
    case failed
    /// The session ended meanwhile, for lack of viewers or at a shutdown.
    case cancelled
    /// Too many failovers within a minute: none was begun.
    case limited
}
