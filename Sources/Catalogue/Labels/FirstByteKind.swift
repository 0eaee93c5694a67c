public import Telemetry

/// How a player came to its stream.
public enum FirstByteKind: String, LabelValue {
    public static let labelName = "kind"
    /// Its session had not delivered a byte when the player asked.
    case cold
    /// The session was playing already.
    case join
}
