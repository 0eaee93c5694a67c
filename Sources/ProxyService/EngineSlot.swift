import Fleet
import NIOConcurrencyHelpers

/// One use of an engine by this proxy; it ends with the last reference, however the session that holds it ends.
final class EngineSlot: Sendable, Equatable {
    let engine: EngineEndpoint
    private let known: NIOLockedValueBox<KnownEngines>
    private let stream = NIOLockedValueBox<String?>(nil)

    /// - Parameter known: where this use has been counted.
    init(_ engine: EngineEndpoint, in known: NIOLockedValueBox<KnownEngines>) {
        self.engine = engine
        self.known = known
    }

    /// It is used for a stream of that id.
    func noteStream(_ id: String) {
        stream.withLockedValue { $0 = id }
        known.withLockedValue { $0.noteStream(id) }
    }

    deinit {
        let stream = stream.withLockedValue { $0 }
        known.withLockedValue { $0.free(engine, stream: stream) }
    }

    static func == (left: EngineSlot, right: EngineSlot) -> Bool { left === right }
}
