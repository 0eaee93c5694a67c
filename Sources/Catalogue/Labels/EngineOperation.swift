public import Telemetry

/// What the proxy asks of an engine.
public enum EngineOperation: String, LabelValue {
    public static let labelName = "operation"
    /// `getstream`: opens a session.
    case start
    /// The playback connection, up to the head of its answer.
    case play
    /// `method=stop`: ends a session.
    case stop
}
