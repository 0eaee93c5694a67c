public import Telemetry

/// Why a player's request for a playlist or segment was refused; also the `code` of the answer.
public enum HLSRefusal: String, LabelValue {
    public static let labelName = "reason"
    /// An operator has disconnected the player.
    case kicked
    /// An operator has stopped the stream.
    case stopped
}
