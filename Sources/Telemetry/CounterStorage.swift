/// Where a family's counts are kept.
public enum CounterStorage: Sendable, Hashable {
    /// In one shard for each thread: the fastest, with memory for each thread that records.
    case perThread
    /// In one place that all threads add to with atomic instructions: for families with thousands of children.
    /// Histograms keep one sum for each thread all the same.
    case shared
}
