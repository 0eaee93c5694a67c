/// Which requests wait, where, and which must go: the order and the bounds of the queue, without its contents.
///
/// The oldest requests are in the spool, the newer ones in memory. When memory is full its oldest request goes to the
/// spool; when the spool is full, or there is none, the oldest request of all is dropped. The one being sent is never
/// dropped. It may exceed a bound, by no more than itself.
package struct RemoteWriteQueue: Sendable {
    package struct Bounds: Sendable, Hashable {
        package var memoryRequests: Int
        package var memoryBytes: Int
        /// 0: there is no spool.
        package var spoolBytes: Int

        package init(memoryRequests: Int, memoryBytes: Int, spoolBytes: Int) {
            self.memoryRequests = memoryRequests
            self.memoryBytes = memoryBytes
            self.spoolBytes = spoolBytes
        }
    }

    package enum Place: Sendable, Hashable {
        case memory
        case spool
    }

    package struct Entry: Sendable, Hashable {
        /// Ascending with age: the smallest is the oldest.
        package let sequence: UInt64
        package let bytes: Int
        package let samples: Int
        package fileprivate(set) var place: Place

        package init(sequence: UInt64, bytes: Int, samples: Int, place: Place) {
            self.sequence = sequence
            self.bytes = bytes
            self.samples = samples
            self.place = place
        }
    }

    /// What has to be done, in this order, to keep the bounds. A dropped entry was in the place it names.
    package enum Step: Sendable, Hashable {
        case spill(Entry)
        case drop(Entry)
    }

    /// By age, those of the spool first.
    package private(set) var entries: [Entry] = []
    package private(set) var memoryBytes = 0
    package private(set) var spoolBytes = 0
    package private(set) var spoolCount = 0
    /// The request that is being sent.
    package private(set) var inFlight: UInt64?
    private var bounds: Bounds
    private var nextSequence: UInt64 = 0

    package init(bounds: Bounds) {
        self.bounds = bounds
    }

    package var memoryCount: Int { entries.count - spoolCount }

    /// Takes in what an earlier process left in the spool. To be called once, while the queue is empty.
    package mutating func restore(_ spooled: [Entry]) -> [Step] {
        entries = spooled.sorted { $0.sequence < $1.sequence }
        spoolCount = entries.count
        spoolBytes = entries.reduce(0) { $0 + $1.bytes }
        nextSequence = (entries.last?.sequence).map { $0 + 1 } ?? 0
        return keepBounds()
    }

    /// Works without a spool from now on. To be called while nothing is spooled.
    package mutating func abandonSpool() {
        bounds.spoolBytes = 0
    }

    /// Adds a request to the end.
    package mutating func append(bytes: Int, samples: Int) -> (sequence: UInt64, steps: [Step]) {
        let entry = Entry(sequence: nextSequence, bytes: bytes, samples: samples, place: .memory)
        nextSequence += 1
        entries.append(entry)
        memoryBytes += bytes
        return (entry.sequence, keepBounds())
    }

    /// The oldest request, to be sent now; nil when nothing waits or one is being sent already.
    package mutating func take() -> Entry? {
        guard inFlight == nil, let first = entries.first else { return nil }
        inFlight = first.sequence
        return first
    }

    /// The request being sent is done with, for good or ill.
    package mutating func settle() -> Entry? {
        guard let sequence = inFlight else { return nil }
        inFlight = nil
        return remove(sequence)
    }

    /// The request being sent stays the first, to be sent again.
    package mutating func postpone() -> [Step] {
        inFlight = nil
        return keepBounds()
    }

    /// A request whose contents are lost.
    package mutating func remove(_ sequence: UInt64) -> Entry? {
        entries.firstIndex { $0.sequence == sequence }.map { remove(at: $0) }
    }

    /// Moves everything into the spool, as far as it goes.
    package mutating func evacuate() -> [Step] {
        bounds.memoryRequests = 0
        return keepBounds()
    }

    private mutating func keepBounds() -> [Step] {
        var steps: [Step] = []
        while bounds.spoolBytes > 0, spoolBytes > bounds.spoolBytes, let victim = oldest(in: .spool) {
            steps.append(.drop(remove(at: victim)))
        }
        while memoryCount > bounds.memoryRequests || memoryBytes > bounds.memoryBytes {
            if bounds.spoolBytes == 0 {
                guard let victim = oldest(in: .memory) else { break }
                steps.append(.drop(remove(at: victim)))
                continue
            }
            let entry = entries[spoolCount]
            while spoolBytes + entry.bytes > bounds.spoolBytes, let victim = oldest(in: .spool) {
                steps.append(.drop(remove(at: victim)))
            }
            if spoolBytes + entry.bytes <= bounds.spoolBytes {
                entries[spoolCount].place = .spool
                steps.append(.spill(entries[spoolCount]))
                spoolCount += 1
                spoolBytes += entry.bytes
                memoryBytes -= entry.bytes
            } else if entry.sequence != inFlight {
                steps.append(.drop(remove(at: spoolCount)))
            } else {
                guard let victim = oldest(in: .memory) else { break }
                steps.append(.drop(remove(at: victim)))
            }
        }
        return steps
    }

    /// Leaves out the request being sent.
    private func oldest(in place: Place) -> Int? {
        let range = place == .spool ? 0..<spoolCount : spoolCount..<entries.count
        return range.first { entries[$0].sequence != inFlight }
    }

    private mutating func remove(at index: Int) -> Entry {
        let entry = entries.remove(at: index)
        switch entry.place {
        case .memory: memoryBytes -= entry.bytes
        case .spool:
            spoolBytes -= entry.bytes
            spoolCount -= 1
        }
        return entry
    }
}
