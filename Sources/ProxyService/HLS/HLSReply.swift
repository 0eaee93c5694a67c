import Catalogue
import NIOCore
import NIOHTTP1

/// What a player that asks for a playlist or segment is sent.
enum HLSReply: Sendable {
    case answer(Answer)
    /// There is no session to be had.
    case failure(StartFailure)
    /// Bytes that all players of the segment share.
    /// - Parameter sent: counts what the player has taken.
    case segment(ByteBuffer, contentType: String, source: HLSSource, sent: ByteCount)

    static func playlist(_ bytes: [UInt8]) -> HLSReply {
        .answer(Answer(status: .ok, contentType: Answer.playlistType, body: bytes))
    }
}

extension Answer {
    /// Media type of HLS playlists (RFC 8216, section 10).
    static let playlistType = "application/vnd.apple.mpegurl"
}
