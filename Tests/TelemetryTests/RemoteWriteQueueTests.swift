import Telemetry
import Testing
import TestSupport

@Suite struct RemoteWriteQueueTests {
    /// Thousands of requests come, are sent, fail and are dropped at random; after every step the bounds hold, the
    /// order is that of arrival, and nothing is lost but the oldest.
    @Test(arguments: 0..<200)
    func theBoundsHoldAndOnlyTheOldestGo(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let bounds = RemoteWriteQueue.Bounds(
            memoryRequests: Int.random(in: 1...6, using: &random),
            memoryBytes: Int.random(in: 50...500, using: &random),
            spoolBytes: seed % 3 == 0 ? 0 : Int.random(in: 50...2000, using: &random))
        var queue = RemoteWriteQueue(bounds: bounds)
        var waiting: [RemoteWriteQueue.Entry] = []
        var spooled: Set<UInt64> = []

        func carryOut(_ steps: [RemoteWriteQueue.Step]) {
            for step in steps {
                switch step {
                case .spill(let entry):
                    #expect(entry.place == .spool && spooled.insert(entry.sequence).inserted, "seed \(seed)")
                case .drop(let entry):
                    let oldest = waiting.first { $0.sequence != queue.inFlight }
                    #expect(entry.sequence == oldest?.sequence, "seed \(seed): dropped what was not the oldest")
                    #expect((entry.place == .spool) == spooled.contains(entry.sequence), "seed \(seed)")
                    waiting.removeAll { $0.sequence == entry.sequence }
                    spooled.remove(entry.sequence)
                }
            }
        }

        for step in 0..<400 {
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<50:
                let bytes = Int.random(in: 1...120, using: &random)
                let (sequence, steps) = queue.append(bytes: bytes, samples: bytes)
                waiting.append(RemoteWriteQueue.Entry(sequence: sequence, bytes: bytes, samples: bytes, place: .memory))
                carryOut(steps)
            case 50..<75:
                let isBusy = queue.inFlight != nil
                let taken = queue.take()
                #expect(taken?.sequence == (isBusy ? nil : waiting.first?.sequence), "seed \(seed), step \(step)")
            case 75..<90:
                if let settled = queue.settle() {
                    waiting.removeAll { $0.sequence == settled.sequence }
                    spooled.remove(settled.sequence)
                }
            default:
                carryOut(queue.postpone())
            }
            #expect(queue.entries.map(\.sequence) == waiting.map(\.sequence), "seed \(seed), step \(step)")
            #expect(Set(queue.entries.filter { $0.place == .spool }.map(\.sequence)) == spooled, "seed \(seed)")
            #expect(queue.spoolCount == spooled.count, "seed \(seed), step \(step)")
            #expect(queue.memoryBytes + queue.spoolBytes == waiting.reduce(0) { $0 + $1.bytes }, "seed \(seed)")
            expectBounds(queue, bounds, "seed \(seed), step \(step)")
            if Int.random(in: 0..<100, using: &random) == 0 { carryOut(restart(&queue, bounds, &waiting)) }
        }
    }

    /// What a crash leaves: the spool. The new process sends it first.
    private func restart(
        _ queue: inout RemoteWriteQueue, _ bounds: RemoteWriteQueue.Bounds, _ waiting: inout [RemoteWriteQueue.Entry]
    ) -> [RemoteWriteQueue.Step] {
        let left = queue.entries.filter { $0.place == .spool }
        waiting = left
        queue = RemoteWriteQueue(bounds: bounds)
        return queue.restore(left.reversed())
    }

    private func expectBounds(_ queue: RemoteWriteQueue, _ bounds: RemoteWriteQueue.Bounds, _ what: String) {
        let sent = queue.entries.first { $0.sequence == queue.inFlight }
        let inMemory = sent?.place == .memory ? sent : nil
        let inSpool = sent?.place == .spool ? sent : nil
        #expect(queue.memoryCount <= max(bounds.memoryRequests, inMemory == nil ? 0 : 1), "\(what)")
        #expect(queue.memoryBytes <= max(bounds.memoryBytes, inMemory?.bytes ?? 0), "\(what)")
        #expect(queue.spoolBytes <= max(bounds.spoolBytes, inSpool?.bytes ?? 0), "\(what)")
    }

    @Test func evacuationMovesEverythingIntoTheSpool() {
        let bounds = RemoteWriteQueue.Bounds(memoryRequests: 10, memoryBytes: 1000, spoolBytes: 250)
        var queue = RemoteWriteQueue(bounds: bounds)
        for _ in 0..<3 { #expect(queue.append(bytes: 100, samples: 1).steps == []) }
        let steps = queue.evacuate()
        let entries = (0..<3).map { RemoteWriteQueue.Entry(sequence: $0, bytes: 100, samples: 1, place: .spool) }
        #expect(steps == [.spill(entries[0]), .spill(entries[1]), .drop(entries[0]), .spill(entries[2])])
        #expect(queue.memoryCount == 0 && queue.spoolBytes == 200)
    }

    @Test func aSmallerBoundThanBeforeDropsTheOldestOfTheSpool() {
        var queue = RemoteWriteQueue(
            bounds: RemoteWriteQueue.Bounds(memoryRequests: 1, memoryBytes: 100, spoolBytes: 250))
        let left = (7..<11).map { RemoteWriteQueue.Entry(sequence: $0, bytes: 100, samples: 5, place: .spool) }
        #expect(queue.restore(left) == [.drop(left[0]), .drop(left[1])])
        #expect(queue.append(bytes: 1, samples: 1).sequence == 11)
    }
}
