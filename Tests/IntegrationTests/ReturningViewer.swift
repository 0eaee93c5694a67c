import Synchronization
import Testing

/// A player that asks again at once whenever its stream has ended.
final class ReturningViewer: Sendable {
    private struct State {
        var reader: StreamReader
        var past: [StreamReader.Seen] = []
    }

    private let state: Mutex<State>
    private let returning: Mutex<Task<Void, Never>?> = Mutex(nil)

    init(_ url: String) throws {
        state = Mutex(State(reader: try StreamReader(url)))
        let task = Task { [weak self] in
            while !Task.isCancelled, let self {
                self.returnIfEnded(url)
                try? await Task.sleep(for: .milliseconds(10))
            }
        }
        returning.withLock { $0 = task }
    }

    var current: StreamReader { state.withLock { $0.reader } }
    var seen: StreamReader.Seen { current.seen }
    /// What it saw of the streams that have ended.
    var past: [StreamReader.Seen] { state.withLock { $0.past } }

    func close() {
        returning.withLock { $0 }?.cancel()
        current.close()
    }

    private func returnIfEnded(_ url: String) {
        state.withLock { state in
            let seen = state.reader.seen
            guard seen.hasEnded, let next = try? StreamReader(url) else { return }
            state.past.append(seen)
            state.reader = next
        }
    }

    /// Expects that at least so many of its streams were ended, each as a stream ends, and that it has one again.
    func expectBack(afterEnds count: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await eventually("the viewer is back") { self.seen.packets > 50 }
        #expect(past.count >= count, sourceLocation: sourceLocation)
        for seen in past {
            #expect(seen.status == 200, "\(seen.text)", sourceLocation: sourceLocation)
            #expect(seen.hasEndedProperly, sourceLocation: sourceLocation)
            #expect(seen.continuityBreaks == [], sourceLocation: sourceLocation)
        }
    }

    /// Expects that its stream has gone on all the time.
    func expectUndisturbed(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let before = seen.packets
        try await eventually("the stream goes on") { self.seen.packets > before }
        let seen = seen
        #expect(past.isEmpty, sourceLocation: sourceLocation)
        #expect(seen.continuityBreaks == [], sourceLocation: sourceLocation)
        #expect(seen.misaligned == 0, sourceLocation: sourceLocation)
        #expect(seen.longestGap <= .seconds(3), sourceLocation: sourceLocation)
    }
}
