import Foundation
import NIOConcurrencyHelpers
import Telemetry
import Testing

@Suite struct RuntimeCollectorTests {
    @Test func theLagIsTheTimeBeforeTheWorkIsTakenUp() {
        let registry = Registry()
        let waiting = NIOLockedValueBox<[@Sendable () -> Void]>([])
        let collector = RuntimeCollector(
            registry: registry,
            loops: [.init("quick") { $0() }, .init("busy") { work in waiting.withLockedValue { $0.append(work) } }])
        collector.measure()
        Thread.sleep(forTimeInterval: 0.03)
        for work in waiting.withLockedValue({ $0 }) { work() }
        let lines = String(decoding: registry.exposition(), as: UTF8.self).split(separator: "\n")
        #expect(lines.contains(#"runtime_loop_lag_seconds_bucket{loop="quick",le="0.01"} 1"#))
        #expect(lines.contains(#"runtime_loop_lag_seconds_bucket{loop="busy",le="0.025"} 0"#))
        #expect(lines.contains(#"runtime_loop_lag_seconds_count{loop="busy"} 1"#))
        let heap = lines.first { $0.hasPrefix("runtime_heap_used_bytes ") }?.split(separator: " ").last
        // A sanitizer's allocator tells nothing.
        let isSanitized = ProcessInfo.processInfo.environment["TSAN_OPTIONS"] != nil
        #expect((heap.flatMap { Double($0) } ?? 0) >= (isSanitized ? 0 : 100_000))
    }

    @Test func theTaskPoolIsMeasured() async throws {
        let registry = Registry()
        let collector = RuntimeCollector(registry: registry, loops: [.tasks])
        collector.measure()
        for _ in 0..<1000 {
            let text = String(decoding: registry.exposition(), as: UTF8.self)
            if text.contains(#"runtime_loop_lag_seconds_count{loop="tasks"} 1"#) { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("the task pool's lag was not recorded within ten seconds")
    }
}
