/// Channels in their order, with what the playlist says of itself.
public struct ChannelList: Sendable, Hashable {
    /// A longer file is refused.
    public static let maximumBytes = 16 << 20
    /// A file with more channels is refused.
    public static let maximumChannels = 100_000

    /// Where the programme guide (XMLTV) is (`url-tvg`, `x-tvg-url`); several are separated by commas.
    public var guideURL: String?
    /// What else the playlist's first line said, in its order.
    public var attributes: [Channel.Attribute]
    public var channels: [Channel]

    public init(guideURL: String? = nil, attributes: [Channel.Attribute] = [], channels: [Channel] = []) {
        self.guideURL = guideURL
        self.attributes = attributes
        self.channels = channels
    }
}
