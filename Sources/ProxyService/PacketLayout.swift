import TransportStream

/// Where the packet boundaries of a stream are.
package enum PacketLayout: Equatable {
    /// Too few bytes have come to tell.
    case unknown
    /// MPEG-TS whose first packet is at this position.
    case packets(first: UInt64)
    /// Something else: every position is a boundary.
    case opaque

    /// The newest boundary at or before `position`.
    package func boundary(atOrBefore position: UInt64) -> UInt64 {
        switch self {
        case .unknown: 0
        case .opaque: position
        case .packets(let first):
            position < first ? first : position - (position - first) % UInt64(TransportPacket.size)
        }
    }

    /// The oldest boundary at or after `position`.
    package func boundary(atOrAfter position: UInt64) -> UInt64 {
        let before = boundary(atOrBefore: position)
        return before < position ? before + UInt64(TransportPacket.size) : before
    }

    /// The bytes from `position` to the end of the packet it lies in; empty on a boundary.
    package func rest(ofPacketAt position: UInt64, in ring: borrowing Ring, limit: UInt64) -> [UInt8] {
        let end = min(boundary(atOrAfter: position), limit)
        return end > position ? Array(ring.window(from: position, to: end)) : []
    }
}
