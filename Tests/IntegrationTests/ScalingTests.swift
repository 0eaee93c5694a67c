import Testing

extension RunningApplianceTests {
    @Suite struct ScalingTests {
        @Test func aBurstAddsEnginesWhichGoAgainAfterwards() async throws {
            let run = try ApplianceRun.current()
            try await run.settle()
            let last = try await run.decisions().first?.at ?? ""
            let viewers = try (0..<6).map { try StreamReader(run.url(of: ApplianceRun.content(40 + $0))) }
            defer { viewers.forEach { $0.close() } }
            try await eventually("bytes for all six; seen \(viewers.map(\.seen))") {
                viewers.allSatisfy { $0.seen.packets > 200 }
            }
            #expect(viewers.allSatisfy { $0.seen.status == 200 })
            try await eventually("six streams on six engines") {
                try await Set(run.startedStreams().map(\.containerId)).count == 6
            }
            let up = try await run.decisions().filter { $0.at > last && $0.direction == "up" }
            #expect(!up.isEmpty)
            for decision in up {
                // E.g. "start rate 0.6/s × lead time 0.4 s → 3 free engines …; 0 free now: add 4".
                #expect(decision.reason.contains(/start rate [0-9.]+\/s × lead time [0-9.]+ s/), "\(decision)")
                #expect(decision.reason.contains(/add [1-9]/), "\(decision)")
            }

            let peak = try await run.engines().count
            for viewer in viewers { viewer.close() }
            var engines: [Documents.Engine] = []
            // What the policy wants free after a burst may be more than MIN_REPLICAS for a while.
            try await eventually("the engines wanted free are left, and no other: \(engines)", within: .seconds(60)) {
                engines = try await run.engines()
                let wanted = try await run.decisions().first?.inputs.freeTarget ?? 2
                return engines.count < peak && engines.count == max(2, wanted) && engines.allSatisfy(\.isFree)
            }
            let down = try await run.decisions().filter { $0.at > last && $0.direction == "down" }
            #expect(!down.isEmpty)
            #expect(down.allSatisfy { $0.reason.contains(/remove [1-9]/) }, "\(down)")
        }
    }
}
