public import Fleet
public import Scaling

/// One thing to be made durable.
public enum StateChange: Sendable, Hashable {
    case saveEngine(Engine)
    case removeEngine(id: String)
    case saveStream(StreamRecord)
    case logEvent(EventRecord)
    case logDecision(ScalingDecision)
    /// Samples of one stream, oldest first. Nothing is kept of a stream that is not stored.
    case saveSamples(streamID: String, [StreamSample])
    case setConfiguration(key: String, value: String)
}
