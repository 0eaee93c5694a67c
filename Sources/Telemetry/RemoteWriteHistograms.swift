/// The shapes in which histograms are sent. The two do not exclude each other in remote write: they are different
/// series.
public enum RemoteWriteHistograms: String, Sendable, CaseIterable {
    /// `_bucket` series by `le`, `_sum` and `_count`.
    case classic
    /// One native histogram. The receiver must take them: Prometheus 2 needs `--enable-feature=native-histograms`;
    /// without it, it answers 500 to every request with one in it, and everything waits.
    case native
    case both

    var includesClassic: Bool { self != .native }
    var includesNative: Bool { self != .classic }
}
