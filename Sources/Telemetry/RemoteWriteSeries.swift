/// One sample of one series, as it is sent.
package struct RemoteWriteSeries: Sendable, Hashable {
    package enum Value: Sendable, Hashable {
        case number(Double)
        case histogram(HistogramSnapshot)
        /// The series has ended; the two kinds of series have markers of their own.
        case staleNumber
        case staleHistogram
    }

    /// The NaN that marks the end of a series; any other NaN is a sample.
    package static let staleMarker = Double(bitPattern: 0x7ff0_0000_0000_0002)

    /// By ascending name, `__name__` among them; no name twice, no value empty.
    package let labels: [LabelPair]
    package let value: Value
    /// By ascending timestamp, no two in the same millisecond.
    package let exemplars: [Exemplar]

    package init(labels: [LabelPair], value: Value, exemplars: [Exemplar] = []) {
        self.labels = labels
        self.value = value
        self.exemplars = exemplars
    }

    /// The marker that ends this series.
    var ended: RemoteWriteSeries {
        switch value {
        case .number, .staleNumber: RemoteWriteSeries(labels: labels, value: .staleNumber)
        case .histogram, .staleHistogram: RemoteWriteSeries(labels: labels, value: .staleHistogram)
        }
    }
}
