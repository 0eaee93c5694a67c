public import Telemetry

/// Labels whose values are known only at run time: what bounds them is said in words.
public protocol DescribedLabelSet: LabelSet {
    /// For each of `labelNames`, in the same order, what its values are.
    static var labelMeanings: [String] { get }
}
