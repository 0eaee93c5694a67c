/// Which buckets of histograms an exposition carries.
public enum HistogramSelection: String, Sendable, CaseIterable {
    /// Fixed buckets, as every Prometheus reads them.
    case classic
    /// Native buckets alone. The text formats before OpenMetrics 2.0 have none: they leave histograms out.
    case native
    /// Both in one family. Prometheus with native histograms switched on keeps only the native ones.
    case both

    var hasClassic: Bool { self != .native }
    var hasNative: Bool { self != .classic }
}
