public import Telemetry

/// What became of a request to read the settings again.
public enum ConfigurationReloadResult: String, LabelValue {
    public static let labelName = "result"
    /// What can change while the program runs is in use.
    case applied
    /// They could not be used; those before stay in use.
    case refused
}
