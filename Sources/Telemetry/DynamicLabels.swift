/// Labels whose names are known at run time only.
struct DynamicLabels: LabelSet {
    static var labelNames: [String] { [] }
    var labelValues: [String] { labelPairs.map(\.value) }
    let labelPairs: [LabelPair]
}
