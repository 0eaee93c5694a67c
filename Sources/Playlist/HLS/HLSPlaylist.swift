/// An HLS playlist (RFC 8216) as its origin wrote it, of which only what is understood is kept.
///
/// Known tags and attributes stay as they are; what a playlist names by URI becomes a ``Resource`` that
/// ``rewritten(_:)`` gives another name. Comments, unknown tags and attributes, and texts that hold `://` are left out,
/// so that nothing shows where the playlist came from.
public struct HLSPlaylist: Sendable, Equatable {
    /// A longer playlist is refused.
    public static let maximumBytes = 2 << 20
    /// A playlist that names more is refused.
    public static let maximumResources = 20_000

    public enum Kind: Sendable, Hashable {
        /// Lists segments.
        case media
        /// Lists playlists of the same content.
        case multivariant
    }

    /// A part of a resource (RFC 8216, section 4.3.2.2).
    public struct ByteRange: Sendable, Hashable {
        public var offset: UInt64
        public var length: UInt64

        public init(offset: UInt64, length: UInt64) {
            self.offset = offset
            self.length = length
        }
    }

    /// What a playlist names by a URI.
    public struct Resource: Sendable, Hashable {
        public enum Role: Sendable, Hashable {
            case segment
            case playlist
            case key
            case initialization
        }

        public var role: Role
        /// The URI reference as the playlist has it.
        public var reference: String
        /// The part of the resource that is meant; nil: all of it.
        public var range: ByteRange?

        public init(role: Role, reference: String, range: ByteRange? = nil) {
            self.role = role
            self.reference = reference
            self.range = range
        }
    }

    enum Line: Sendable, Equatable {
        /// A tag that names nothing.
        case tag(String)
        /// A tag with what it names, and what stands before and behind the URI.
        case naming(before: String, Resource, behind: String)
        /// A line that is a URI.
        case uri(Resource)
    }

    public internal(set) var kind = Kind.media
    /// The longest segment in whole seconds, as the playlist promises it; nil in a multivariant playlist.
    public internal(set) var targetDuration: Int?
    /// The number of the first segment.
    public internal(set) var mediaSequence: UInt64 = 0
    /// Whether no segment will follow (`EXT-X-ENDLIST`).
    public internal(set) var isComplete = false
    /// How long each segment plays, in seconds.
    public internal(set) var durations: [Double] = []
    var lines: [Line] = []

    /// What the playlist names, in its order.
    public var resources: [Resource] {
        lines.compactMap { line in
            switch line {
            case .tag: nil
            case .naming(_, let resource, _), .uri(let resource): resource
            }
        }
    }
}
