/// Why bytes are no HLS playlist.
public struct HLSPlaylistError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable {
        /// More bytes or entries than allowed.
        case tooLarge = "too_large"
        /// Something else: it does not begin with `#EXTM3U`.
        case notAPlaylist = "not_a_playlist"
        /// It ends in the middle of an entry.
        case truncated
        /// A line breaks the rules of RFC 8216.
        case malformed
    }

    public let code: Code
    /// What is wrong, with the line counted from 1 where one is to blame.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
