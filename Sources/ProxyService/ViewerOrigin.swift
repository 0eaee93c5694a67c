import Foundation

/// Who a viewer is, and what ends when it leaves.
struct ViewerOrigin: Sendable {
    /// What the access log will say; client and player are in it.
    let entry: AccessEntry
    let connectedAt = Date()
    let place: ConnectionPlace
    let log: AccessLog?

    /// The viewer's connection is closed. To be called once.
    /// - Parameter reason: why, for the access log.
    func left(sentBytes: UInt64 = 0, firstByteAfter: Duration? = nil, session: UInt64, reason: String) {
        place.leave()
        guard let log else { return }
        var entry = entry
        entry.endedAt = .now
        entry.time = Date()
        entry.bytes = sentBytes
        entry.firstByteAfter = firstByteAfter
        entry.session = session
        entry.end = reason
        log.write(entry)
    }
}
