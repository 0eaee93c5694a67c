/// One of the lines that each child of a family has in a text format.
struct SampleLine: Sendable {
    var suffix = ""
    /// The upper bound of a bucket.
    var bound: Double?
    /// A label that only this line has.
    var label: LabelPair?
    /// Whether the line says when the child was created.
    var isCreated = false
}
