extension MetricFamily {
    /// The family's name in OpenMetrics: without the `_total` of counters, which belongs to the sample there.
    var baseName: String {
        kind == .counter && name.hasSuffix("_total") ? String(name.dropLast("_total".count)) : name
    }

    /// The base unit that the name ends in.
    var unit: String? {
        ["seconds", "bytes", "ratio", "celsius"].first { baseName.hasSuffix("_" + $0) }
    }
}
