import CLinux

/// How long work waits before event loops and Swift's task pool take it up, and what the allocator holds.
public struct RuntimeCollector: Sendable {
    /// Something that runs work given to it from any thread, soon if it is not busy.
    public struct Loop: Sendable {
        let name: String
        let submit: @Sendable (@escaping @Sendable () -> Void) -> Void

        /// - Parameters:
        ///   - name: the `loop` label; several loops may have the same.
        ///   - submit: returns at once and has the work run by the loop.
        public init(_ name: String, submit: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void) {
            self.name = name
            self.submit = submit
        }

        /// Swift's cooperative pool of threads.
        public static let tasks = Loop("tasks") { work in Task { work() } }
    }

    private struct LoopLabel: LabelSet {
        static var labelNames: [String] { ["loop"] }
        var labelValues: [String] { [name] }
        let name: String
    }

    private let probes: [(loop: Loop, lag: Histogram)]

    /// Adds `runtime_loop_lag_seconds` and `runtime_heap_used_bytes` to a registry.
    public init(registry: Registry, loops: [Loop]) {
        let declared = HistogramFamily<LoopLabel>(
            "runtime_loop_lag_seconds", "Time that work waits before its event loop or task pool takes it up.",
            upperBounds: [0.00001, 0.000025, 0.0001, 0.00025, 0.001, 0.0025, 0.01, 0.025, 0.1, 0.25, 1],
            known: Set(loops.map { LoopLabel(name: $0.name) }).map { $0 })
        let lags = HistogramVector(
            children: registry.register(
                declared.family, known: declared.known, kind: HistogramInstrument(declared), isOwn: true))
        probes = loops.map { ($0, lags[LoopLabel(name: $0.name)]) }
        let heap = registry.ownGauge(
            "runtime_heap_used_bytes", "Bytes that the program uses of those its allocator has from the kernel.")
        registry.onCollect { heap.set(Double(weir_heap_used_bytes())) }
    }

    /// Measures each loop's lag once.
    public func measure() {
        for (loop, lag) in probes {
            let submitted = ContinuousClock.now
            loop.submit { lag.observe(ContinuousClock.now - submitted) }
        }
    }
}
