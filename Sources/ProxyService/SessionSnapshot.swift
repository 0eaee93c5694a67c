import Fleet
import Foundation

/// A session as it is at one moment.
struct SessionSnapshot: Sendable {
    enum State: String, Sendable {
        /// An engine is being leased and asked.
        case starting
        /// The engine has named the stream; its first byte has not come.
        case connecting
        case playing
        /// The engine sends nothing.
        case stalled
        /// Another engine is being looked for.
        case failover
        /// The engine has ended the stream; viewers get the rest.
        case draining
        /// Nobody watches; it is kept for the grace period.
        case idle
    }

    let id: UInt64
    let delivery: Delivery
    let content: ContentKey
    let names: [ContentKey]
    let state: State
    let age: Duration
    let engine: String?
    let containerID: String?
    let receivedBytes: UInt64
    let sentBytes: UInt64
    let bufferedBytes: UInt64
    let bufferCapacity: Int
    /// Bit/s that came from the engine lately; nil before that is known.
    let bitrate: Double?
    let failovers: Int
    let waiting: Int
    /// The viewers' ids, in no order.
    let viewers: [UInt64]
}

/// What goes to a viewer, or comes from an engine.
enum Delivery: String, Sendable {
    /// One transport stream.
    case ts
    /// Playlists and segments.
    case hls
}

/// A viewer as it is at one moment.
struct ViewerSnapshot: Sendable {
    let id: UInt64
    let delivery: Delivery
    /// Empty where nobody has said.
    let address: String
    let player: String
    let connectedAt: Date?
    let age: Duration
    let sentBytes: UInt64
    /// Received bytes that its socket has not taken.
    let lagBytes: UInt64
    /// How often it was moved forward because the ring had run past it.
    let movedForward: Int
    let isBlocked: Bool
    /// Of HLS: since when it has not asked for anything.
    var sinceLastRequest: Duration?
}
