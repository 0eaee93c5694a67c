public import Telemetry

/// What a scaling decision rests on.
public enum ScalingReason: String, LabelValue {
    public static let labelName = "reason"
    /// Somebody waits for an engine.
    case waiting
    /// An operator asked for that many.
    case floor
    /// The error budget of stream starts burns too fast.
    case errorBudget = "error_budget"
    /// More starts are expected than free engines can serve.
    case demand
    /// `MIN_REPLICAS` engines are to be free.
    case minimum
    /// Fewer are needed.
    case surplus
    /// As many run as are wanted.
    case steady
}
