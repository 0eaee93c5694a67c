public import Telemetry

/// What became of the attempt to stop an engine session that its proxy had left behind.
public enum SessionStopResult: String, LabelValue {
    public static let labelName = "result"
    /// The engine has confirmed it, or knew the session no more.
    case stopped
    /// The engine did not confirm it, however often it was asked.
    case failed
    /// The report of the stream named no session that could be asked for, or its engine is not one of the fleet.
    case skipped
}
