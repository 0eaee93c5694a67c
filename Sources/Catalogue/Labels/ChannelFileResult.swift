public import Telemetry

/// What became of a channel file that was new or had changed.
public enum ChannelFileResult: String, LabelValue {
    public static let labelName = "result"
    /// Its channels are served.
    case loaded
    /// It holds a mistake; the channels known before are served.
    case invalid
    /// It is missing or cannot be read; the channels known before are served.
    case unreadable
}
