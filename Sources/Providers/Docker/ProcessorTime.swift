/// Processor time used until a moment, from which the share used since then is worked out.
struct ProcessorTime: Sendable, Hashable {
    var usedNanoseconds: UInt64
    var at: ContinuousClock.Instant

    /// Percent of one core used from an earlier moment until this one; 0 when there is none.
    func percent(since earlier: ProcessorTime?) -> Double {
        guard let earlier, usedNanoseconds >= earlier.usedNanoseconds else { return 0 }
        let (seconds, attoseconds) = earlier.at.duration(to: at).components
        let elapsed = Double(seconds) * 1e9 + Double(attoseconds) / 1e9
        return elapsed > 0 ? Double(usedNanoseconds - earlier.usedNanoseconds) / elapsed * 100 : 0
    }
}
