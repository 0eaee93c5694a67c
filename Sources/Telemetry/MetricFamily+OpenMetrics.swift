extension MetricFamily {
    /// The family's name in a format: OpenMetrics 1.0 leaves the suffixes `_total` and `_info` to the samples.
    func name(in format: ExpositionFormat) -> String {
        format == .openMetrics ? baseName : name
    }

    /// The family's type in a text format.
    func type(in format: ExpositionFormat) -> String {
        switch kind {
        case .counter, .gauge, .histogram: kind.rawValue
        // A state set's own label must be named as the family.
        case .stateSet: format == .text || !labelNames.contains(name) ? "gauge" : "stateset"
        case .info: format == .text ? "gauge" : "info"
        }
    }

    /// The base unit that the name ends in.
    var unit: String? {
        guard kind != .info, kind != .stateSet else { return nil }
        return ["seconds", "bytes", "ratio", "celsius"].first { baseName.hasSuffix("_" + $0) }
    }

    private var baseName: String {
        switch kind {
        case .counter: name.removing(suffix: "_total")
        case .info: name.removing(suffix: "_info")
        case .gauge, .histogram, .stateSet: name
        }
    }
}

extension String {
    fileprivate func removing(suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
