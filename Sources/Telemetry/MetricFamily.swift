/// What a family is called and what it means: the part of a metric that is known before the program runs.
///
/// Names follow promlint: base units, `_total` for counters only, no type in the name.
public struct MetricFamily: Sendable, Hashable {
    /// The metric types of the text format 0.0.4 that Weir uses.
    public enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
    }

    /// The full exposed name, `_total` included.
    public let name: String
    public let kind: Kind
    /// One sentence, no line break needed.
    public let help: String
    public let labelNames: [String]
    /// Upper bounds of a histogram's buckets in ascending order, without `+Inf`; empty for other kinds.
    public let upperBounds: [Double]
}

/// A declared counter family.
public struct CounterFamily<Labels: LabelSet>: Sendable {
    public let family: MetricFamily
    /// Children that exist, at zero, from the start, so that a rate is defined before the first event.
    public let known: [Labels]

    /// - Parameters:
    ///   - name: ends in `_total`.
    ///   - known: the closed set of label values; leave empty where values are only known at run time.
    public init(_ name: String, _ help: String, known: [Labels] = []) {
        family = MetricFamily(
            name: name, kind: .counter, help: help, labelNames: Labels.labelNames, upperBounds: [])
        self.known = known
    }
}

/// A declared gauge family.
public struct GaugeFamily<Labels: LabelSet>: Sendable {
    public let family: MetricFamily
    /// Children that exist, at zero, from the start.
    public let known: [Labels]

    public init(_ name: String, _ help: String, known: [Labels] = []) {
        family = MetricFamily(name: name, kind: .gauge, help: help, labelNames: Labels.labelNames, upperBounds: [])
        self.known = known
    }
}

/// A declared histogram family.
public struct HistogramFamily<Labels: LabelSet>: Sendable {
    public let family: MetricFamily
    /// Resolution of the native buckets: 2^schema for each doubling of the value.
    public let schema: Int
    /// Children that exist, empty, from the start.
    public let known: [Labels]

    /// - Parameters:
    ///   - upperBounds: of the classic buckets: strictly ascending and finite; `+Inf` is added by the exposition.
    ///   - schema: of the native buckets, 0 to 8; 3 keeps a quantile's error below 4.4 %.
    public init(
        _ name: String, _ help: String, upperBounds: [Double], schema: Int = 3, known: [Labels] = []
    ) {
        precondition((0...8).contains(schema), "the schema of \(name) must be from 0 to 8")
        self.schema = schema
        family = MetricFamily(
            name: name, kind: .histogram, help: help, labelNames: Labels.labelNames, upperBounds: upperBounds)
        self.known = known
    }
}
