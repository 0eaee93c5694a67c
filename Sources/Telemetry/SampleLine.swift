/// One of the lines that each child of a family has.
struct SampleLine: Sendable {
    var suffix = ""
    /// The upper bound of a bucket.
    var bound: Double?
    /// Whether the line says when the child was created; only OpenMetrics has those.
    var isCreated = false
}
